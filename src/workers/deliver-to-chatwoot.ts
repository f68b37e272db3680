// One effect in one conversation of Chatwoot. All but what is said set a state there, and are simply done again where nobody knows
// whether they were; what is said is looked for first (say-in-chatwoot.ts).
import { runAct } from '../act.ts';
import type { ChatwootEffect } from '../domain/channels/chatwoot/effects.ts';
import { readNextLook } from '../domain/channels/chatwoot/late-hook.ts';
import { isAsleep, readChatwootScene } from '../domain/channels/chatwoot/read-scene.ts';
import { chatwootStatus, priorityOf, SESSION_END } from '../domain/channels/chatwoot/status.ts';
import { noteStatus } from '../domain/channels/conversation-link.ts';
import { type Outcome, skipped } from '../domain/deliveries/parcel.ts';
import { EVENTS } from '../domain/events/catalogue.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import { type Limit, spendFor } from '../integrations/rate-limits.ts';
import { DONE, type Effect, EVENT_GONE, type Work } from './chatwoot-work.ts';
import type { Deliver } from './deliver.ts';
import { SYSTEM } from './perform.ts';
import { sayHandoff, sayMessage, sayNote } from './say-in-chatwoot.ts';

const EFFECTS: Readonly<Record<ChatwootEffect, Effect>> = {
  message: sayMessage,
  note: sayNote,
  handoff_note: sayHandoff,
  labels,
  handoff_label: handoffLabel,
  priority,
  team,
  assignee,
  status,
  ending,
  contact,
};

/** Chatwoot takes 3,000 requests a minute from one address; an effect is at most two, and others may share ours. */
const LIMITS: readonly Limit[] = [{ points: 1000, seconds: 60 }];

export const deliverToChatwoot: Deliver = async (kernel, outside, parcel) => {
  const { endpoint, delivery } = parcel;
  const scene = await readChatwootScene(kernel.orm.em.fork(), parcel);
  if (!scene) return skipped('no_link', 'The contact was never heard in Chatwoot.');
  const { host } = new URL(endpoint.url);
  const wait = await spendFor(kernel.producer, kernel.config.REDIS_PREFIX, `chatwoot:${host}`, LIMITS);
  if (wait !== null) return { kind: 'postponed', milliseconds: wait, code: 'own_limit', whose: 'endpoint' };
  const work = { ...scene, kernel, chatwoot: outside.chatwootOf(endpoint), number: Number(scene.link.externalId) };
  try {
    return await effectOf(delivery.effect)(work);
  } catch (error) {
    return insteadOf(error);
  }
};

/** What is no failure of the whole channel. @throws what is */
function insteadOf(error: unknown): Outcome {
  if (!(error instanceof OutsideFailure)) throw error;
  const { kind, code, retryAfterMs } = error;
  if (code === 'no_user_token') return skipped(code, 'Chatwoot lets only users do this, and there is no user’s token.');
  // It counts the messages of each conversation: the others go on.
  if (kind === 'rate_limited' && code === 'too_many_messages')
    return { kind: 'postponed', milliseconds: retryAfterMs ?? FULL_MS, code, whose: 'lane' };
  throw error;
}

/** Chatwoot counts by the minute. */
const FULL_MS = 60_000;

function effectOf(name: string): Effect {
  const known = Object.entries(EFFECTS).find(([effect]) => effect === name);
  if (!known) throw new Error(`no effect in Chatwoot: ${name}`);
  return known[1];
}

async function labels({ chatwoot, number, event }: Work): Promise<Outcome> {
  if (!event) return EVENT_GONE;
  const { added, removed } = EVENTS['conversation.labels_changed'].data.parse(event.data);
  await chatwoot.changeLabels(number, { add: added, remove: removed });
  return DONE;
}

async function handoffLabel({ chatwoot, number, settings: { handoffLabel: label } }: Work): Promise<Outcome> {
  if (label === null) return skipped('not_set', 'There is no label for this any more.');
  await chatwoot.changeLabels(number, { add: [label] });
  return DONE;
}

async function priority({ chatwoot, number, conversation }: Work): Promise<Outcome> {
  await chatwoot.setPriority(number, priorityOf(conversation.urgency));
  return DONE;
}

async function team({ chatwoot, number, settings }: Work): Promise<Outcome> {
  if (settings.team === null) return skipped('not_set', 'There is no team for this any more.');
  await chatwoot.assign(number, { teamId: settings.team });
  return DONE;
}

async function assignee({ chatwoot, number, settings, event }: Work): Promise<Outcome> {
  if (!event) return EVENT_GONE;
  const { agentId } = EVENTS['conversation.assigned'].data.parse(event.data);
  const assigneeId = settings.agents[agentId];
  if (assigneeId === undefined) return skipped('no_such_user', 'This agent has no user in Chatwoot.');
  await chatwoot.assign(number, { assigneeId });
  return DONE;
}

/** As it is now: one that is late tells what is true by then. */
async function status({ kernel, chatwoot, number, conversation, link, parcel }: Work): Promise<Outcome> {
  const wanted = chatwootStatus(conversation.status);
  if (link.status === wanted) return skipped('known', `It is ${wanted} there already.`);
  // Whatever has changed here since they set it is told by a delivery of its own.
  if (link.isSetThereSince(parcel.delivery.createdAt))
    return skipped('overruled', `It was set to ${link.status} there since.`);
  const em = kernel.orm.em.fork();
  const looksAt = await readNextLook(em, link.id);
  if (looksAt) return waitingFor(looksAt, kernel.clock());
  if (link.status === 'snoozed' && wanted === 'open' && (await isAsleep(em, conversation.id)))
    return skipped('snoozed', 'It was snoozed there, and its session is on hold here.');
  await chatwoot.setStatus(number, wanted);
  await runAct(kernel, SYSTEM, (act) => noteStatus(act, link.id, wanted));
  return { kind: 'delivered', detail: wanted };
}

/** What people did there is to be done here first: it may be what they have set the status to. */
function waitingFor(looksAt: Date, now: Date): Outcome {
  const milliseconds = Math.max(LEAST_WAIT_MS, looksAt.getTime() - now.getTime() + LEAST_WAIT_MS);
  return { kind: 'postponed', milliseconds, code: 'deed_waits', whose: 'lane' };
}

const LEAST_WAIT_MS = 200;

const ENDINGS: Readonly<Record<string, string>> = {
  'session.completed': 'completed',
  'session.cancelled': 'cancelled',
  'session.timed_out': 'timeout',
};

/** Chatwoot knows only that it is resolved; why is told beside it. */
async function ending({ chatwoot, number, event, conversation }: Work): Promise<Outcome> {
  if (!event) return EVENT_GONE;
  if (conversation.status !== 'resolved') return skipped('goes_on', 'The conversation goes on.');
  const { reason } = EVENTS['session.completed'].data.parse(event.data);
  const said = [ENDINGS[event.type] ?? event.type, reason].filter(Boolean).join(': ');
  await chatwoot.setAttributes(number, { [SESSION_END]: said });
  return DONE;
}

/** The name is the contact's own there; whatever else is known here are attributes. */
async function contact({ chatwoot, link, event }: Work): Promise<Outcome> {
  if (!event) return EVENT_GONE;
  if (link.contactExternalId === null) return skipped('no_contact', 'Chatwoot has not said who the contact is.');
  const { name, ...customAttributes } = EVENTS['contact.changed'].data.parse(event.data).changes;
  await chatwoot.updateContact(Number(link.contactExternalId), {
    ...(typeof name === 'string' && { name }),
    ...(Object.keys(customAttributes).length > 0 && { customAttributes }),
  });
  return DONE;
}
