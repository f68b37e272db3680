// What a webhook of Chatwoot says becomes messages and deeds of ours: what was said goes to ingest, what people did is done here too,
// after that, and what we hear of ourselves confirms what nobody was sure of.
import { LockMode } from '@mikro-orm/mysql';
import type { Act } from '../../act.ts';
import { lockConversation } from '../../conversations/lock-conversation.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import type { ChatwootSettings } from '../../endpoints/endpoint-settings.ts';
import { settingsOf } from '../../endpoints/set-channel.ts';
import type { DomainError } from '../../errors.ts';
import type { Hook, LateHook } from '../../jobs/catalogue.ts';
import { ConversationLink } from '../conversation-link.ts';
import { linkTo, planIngest, type Said, type Taken } from '../inbound.ts';
import { FOLLOWED, followChatwoot, noteStatusThere } from './follow-conversation.ts';
import { type ChatwootHook, readHook } from './hook.ts';
import { labelChangeIn } from './label-change.ts';
import { isCaughtUp, isPatient, putOff, putOffDeed } from './late-hook.ts';
import { whoseMessage } from './own-message.ts';
import { answerSaid, saidIn, speakerOf, writerOf } from './said.ts';

type Told = Exclude<ChatwootHook, { readonly kind: 'ignored' | 'refused' }>;
type Spoken = Exclude<Told, { readonly kind: 'conversation' }>;

/**
 * @param called with the body as it came. @param refused why the deed that it asked for can not be done; everything else is.
 * @throws DomainError what the deed is refused for
 */
export async function takeChatwootHook(
  act: Act,
  endpoint: Endpoint,
  called: Hook,
  refused: DomainError | null,
): Promise<Taken> {
  const { hook, late } = called;
  const read = readHook(hook);
  if (read.kind === 'refused') return { took: `nothing: ${read.where} ${read.why}` };
  if (read.kind === 'ignored') return { took: `nothing: ${read.why}` };
  const foreign = whyForeign(read, settingsOf(endpoint, 'chatwoot'));
  if (foreign) return { took: `nothing: ${foreign}` };
  const known = await lockKnown(act, endpoint.id, String(read.conversation.id));
  const patient = isPatient(act, called);
  const heard =
    read.kind === 'conversation' || late?.heard
      ? { took: read.kind === 'conversation' ? read.event : 'what was done there', link: known }
      : await hear(act, endpoint, known, read, patient);
  if (heard === 'unsure') {
    putOff(act, endpoint, called);
    return { took: 'nothing yet: it may be a message of ours that is on its way' };
  }
  const { took, link } = heard;
  if (!link) return { took: `nothing: ${took}, and nobody has spoken in it yet` };
  const conversation = await lockConversation(act, link.conversationId);
  const changed = read.kind === 'conversation' ? read.changed : [];
  const before = late?.heard
    ? stillNews(late, link)
    : await noteStatusThere(act, endpoint, conversation, link, read.conversation);
  const asksForDeeds = before !== null || changed.some((name) => FOLLOWED.includes(name));
  if (patient && asksForDeeds && !(await isCaughtUp(act, endpoint, read, hook))) {
    await putOffDeed(act, endpoint, called, link, before);
    return { took, did: [], waits: 'what was said there before is not written down yet' };
  }
  if (refused) return { took, did: [], refused: refused.code, why: refused.message };
  const seen = { snapshot: read.conversation, changed, labels: labelChangeIn(hook) };
  return { took, did: await followChatwoot(act, endpoint, conversation, link, seen, before) };
}

/** What people have set there since then is followed by itself. */
function stillNews({ since, before }: LateHook, link: ConversationLink): string | null {
  return link.isSetThereSince(new Date(since)) ? null : before;
}

/** Null: it is of our account, and of an inbox of ours. */
function whyForeign(read: Told, { account, inboxes }: ChatwootSettings): string | null {
  if (read.accountId !== null && read.accountId !== account) return 'it is of another account';
  const inbox = read.kind === 'conversation' ? read.conversation.inboxId : read.inboxId;
  return inboxes === null || inboxes.includes(inbox) ? null : 'it is of another inbox';
}

/** The conversation is locked before what is known of it there, by whoever changes both. */
async function lockKnown(act: Act, endpointId: string, externalId: string): Promise<ConversationLink | null> {
  const link = await act.em.findOne(ConversationLink, { endpointId, externalId });
  if (!link) return null;
  await lockConversation(act, link.conversationId);
  return act.em.refresh(link, { lockMode: LockMode.PESSIMISTIC_WRITE });
}

type Heard = { readonly took: string; readonly link: ConversationLink | null };

/** @param patient false: what may be ours has been waited for long enough. */
async function hear(
  act: Act,
  endpoint: Endpoint,
  known: ConversationLink | null,
  read: Spoken,
  patient: boolean,
): Promise<Heard | 'unsure'> {
  if (read.kind === 'message') {
    const whose = await whoseMessage(act, endpoint, known, read);
    if (whose === 'unsure' && patient) return 'unsure';
    if (whose === 'ours') return { took: 'a message of ours', link: known };
    if (speakerOf(read) === null) return { took: 'a message to nobody', link: known };
  }
  const contactId = known?.contactExternalId ?? read.contact?.id ?? read.conversation.contactId;
  if (contactId === null) return { took: 'a message of nobody', link: known };
  const writer = writerOf(contactId, read.contact?.name ?? read.conversation.contactName);
  const said = read.kind === 'message' ? saidIn(read, writer, act.now) : [answerOf(read, writer, act.now)];
  const { conversation, inboxId } = read;
  const link = await linkTo(act, endpoint, {
    externalId: String(conversation.id),
    contact: writer,
    contactExternalId: String(contactId),
    inbox: String(inboxId),
    platform: conversation.channel,
    heardAt: heardAt(said),
  });
  planIngest(act, endpoint, said);
  return { took: `${said.length} messages`, link };
}

type Answered = Extract<Spoken, { readonly kind: 'answered' }>;

function answerOf(
  { messageId, text, answeredAt }: Answered,
  writer: Parameters<typeof answerSaid>[2],
  now: Date,
): Said {
  return answerSaid(messageId, text, writer, answeredAt === null || answeredAt > now ? now : answeredAt);
}

/** When the contact spoke; null: somebody else did. */
function heardAt(said: readonly Said[]): Date | null {
  const own = said.find(({ sender }) => sender === 'contact');
  return own ? new Date(own.sentAt) : null;
}
