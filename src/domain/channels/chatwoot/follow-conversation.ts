// What people do with a conversation in Chatwoot is done here too: it is opened, assigned, handed back, snoozed, resolved, labelled.
// What we have done there ourselves, what is old and what agrees with us already asks for nothing.

import type { Act } from '../../act.ts';
import { acceptConversation } from '../../assignments/accept-conversation.ts';
import type { Conversation } from '../../conversations/conversation.ts';
import { flagConversation } from '../../conversations/flag-conversation.ts';
import { labelConversation } from '../../conversations/label-conversation.ts';
import { planDeliveries } from '../../deliveries/plan-deliveries.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { settingsOf } from '../../endpoints/set-channel.ts';
import { EVENTS } from '../../events/catalogue.ts';
import { type ConversationLink, findLink } from '../conversation-link.ts';
import type { LabelChange } from './label-change.ts';
import { pauseForSnooze, resolveAsThere, returnToRobot, takeAsOpened } from './move-with-status.ts';
import { findUnderWay, ownDoings, type UnderWay } from './own-doing.ts';
import type { ChatwootStatus } from './payload.ts';
import type { Snapshot } from './snapshot.ts';
import { agrees, chatwootStatus, priorityOf, urgencyOf } from './status.ts';

export type Seen = {
  readonly snapshot: Snapshot;
  /** The names of what changed. */
  readonly changed: readonly string[];
  readonly labels: LabelChange;
};

/** Of these deeds follow, beside those of the status. */
export const FOLLOWED: readonly string[] = ['assignee_id', 'priority', 'label_list'];

/**
 * Notes the status that is shown there.
 * @param link fresh, and nobody else's to change, as the conversation is.
 * @returns how it was there before; null: it is no news, or ours, or what we look at for the first time.
 */
export async function noteStatusThere(
  act: Act,
  endpoint: Endpoint,
  conversation: Conversation,
  link: ConversationLink,
  { status, updatedAt }: Snapshot,
): Promise<string | null> {
  const before = link.status;
  const where = { endpointId: endpoint.id, conversationId: conversation.id };
  const underWay = await findUnderWay(act.em, where, 'status');
  const isOurs = underWay.some((each) => statusIn(each, conversation) === status);
  const isNews = link.shows(status, updatedAt, isOurs ? null : act.now, act.now);
  await act.em.flush();
  if (before === null && !agrees(conversation.status, status)) await tellOurs(act, endpoint, conversation, link.id);
  return isNews && !isOurs ? before : null;
}

/** What it was to be there when that was told; without an event, what it is to be. */
function statusIn({ data }: UnderWay, { status }: Conversation): ChatwootStatus {
  return chatwootStatus(EVENTS['conversation.status_changed'].data.safeParse(data).data?.to ?? status);
}

/** A conversation that begins there while we are at work with its contact begins as ours stands. */
async function tellOurs(act: Act, endpoint: Endpoint, { id, status }: Conversation, linkId: string): Promise<void> {
  if (status === 'resolved') return;
  const effect = { effect: 'status', key: `link:${linkId}:status`, eventId: null } as const;
  await planDeliveries(act, [{ endpoint, conversationId: id, lane: id, ...effect }]);
}

/**
 * @param before the status there until then; null: it is no news.
 * @returns what was done, in words.
 * @throws DomainError what the deed is refused for
 */
export async function followChatwoot(
  act: Act,
  endpoint: Endpoint,
  conversation: Conversation,
  link: ConversationLink,
  seen: Seen,
  before: string | null,
): Promise<string[]> {
  const isWhereTheyAre = (await findLink(act.em, endpoint.id, conversation.id))?.id === link.id;
  if (!isWhereTheyAre) return [];
  const scene = { act, endpoint, conversation, ...seen };
  const marked = [await label(scene), await prioritise(scene)];
  const assigned = await assign(scene);
  const moved = assigned === null && before !== null ? await move(scene, before) : null;
  return [...marked, assigned, moved].filter((said) => said !== null);
}

/** Where we agree already, only whoever was asleep is to be woken. */
async function move({ act, conversation, snapshot: { status } }: Scene, before: string): Promise<string | null> {
  const isAwake = before === 'snoozed' && status === 'open';
  if (!isAwake && agrees(conversation.status, status)) return null;
  return STATUSES[status](act, conversation, before);
}

const STATUSES = {
  open: takeAsOpened,
  pending: returnToRobot,
  resolved: resolveAsThere,
  snoozed: pauseForSnooze,
} as const;

type Scene = Seen & { readonly act: Act; readonly endpoint: Endpoint; readonly conversation: Conversation };

/** To somebody whom we know as an agent of ours, while nobody of ours has it. */
async function assign({ act, endpoint, conversation, snapshot, changed }: Scene): Promise<string | null> {
  const { id, status } = conversation;
  if (!changed.includes('assignee_id') || snapshot.assignee === null) return null;
  if (status === 'serving' || status === 'resolved') return null;
  const users = Object.entries(settingsOf(endpoint, 'chatwoot').agents);
  const agentId = users.find(([, user]) => user === snapshot.assignee?.id)?.[0];
  if (agentId === undefined || (await isOurs({ act, endpoint, conversation, snapshot }, ['assignee']))) return null;
  await acceptConversation(act, id, agentId);
  return 'accepted';
}

async function prioritise({ act, endpoint, conversation, snapshot, changed }: Scene): Promise<string | null> {
  const { id, urgency } = conversation;
  if (!changed.includes('priority') || priorityOf(urgency) === snapshot.priority) return null;
  if (await isOurs({ act, endpoint, conversation, snapshot }, ['priority'])) return null;
  await flagConversation(act, id, { urgency: urgencyOf(snapshot.priority) }, 'set in Chatwoot');
  return 'priority set';
}

/** Of the column. */
const LABEL_LENGTH = 60;

/** Only what was set or taken away there; a label of ours that comes back stays ours, even if it is gone here by now. */
async function label({ act, endpoint, conversation, snapshot, labels }: Scene): Promise<string | null> {
  if (snapshot.labels === null || labels.added.length + labels.removed.length === 0) return null;
  const own = await ownLabels({ act, endpoint, conversation, snapshot });
  const added = labels.added.filter((each) => each.length <= LABEL_LENGTH && !own.added.includes(each));
  const removed = labels.removed.filter((each) => !own.removed.includes(each));
  if (added.length + removed.length === 0) return null;
  await labelConversation(act, conversation.id, added, removed);
  return 'labels set';
}

type Shown = Pick<Scene, 'act' | 'endpoint' | 'conversation' | 'snapshot'>;

async function ownLabels(shown: Shown): Promise<LabelChange> {
  const { handoffLabel } = settingsOf(shown.endpoint, 'chatwoot');
  const doings = await doingsIn(shown, ['labels', 'handoff_label']);
  const told = doings.flatMap(({ data }) => EVENTS['conversation.labels_changed'].data.safeParse(data).data ?? []);
  return {
    added: [
      ...told.flatMap(({ added }) => added),
      ...(handoffLabel !== null && doings.some(({ effect }) => effect === 'handoff_label') ? [handoffLabel] : []),
    ],
    removed: told.flatMap(({ removed }) => removed),
  };
}

async function isOurs(shown: Shown, effects: readonly string[]): Promise<boolean> {
  return (await doingsIn(shown, effects)).length > 0;
}

function doingsIn({ act, endpoint, conversation, snapshot }: Shown, effects: readonly string[]) {
  const where = { endpointId: endpoint.id, conversationId: conversation.id };
  return ownDoings(act.em, where, effects, snapshot.updatedAt ?? act.now);
}
