// What a webhook of Chatwoot says becomes messages and deeds of ours: what was said goes to ingest, what people did is done here too,
// and what we hear of ourselves confirms what nobody was sure of.
import type { Act } from '../act.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { ChatwootSettings } from '../endpoints/endpoint-settings.ts';
import { settingsOf } from '../endpoints/set-channel.ts';
import type { DomainError } from '../errors.ts';
import { planJob } from '../jobs/plan-job.ts';
import { type ChatwootHook, readHook } from './chatwoot-hook.ts';
import { labelChangeIn } from './chatwoot-label-change.ts';
import { answerSaid, saidIn, speakerOf, writerOf } from './chatwoot-said.ts';
import { ConversationLink } from './conversation-link.ts';
import { followChatwoot } from './follow-chatwoot.ts';
import { linkTo, planIngest, type Said, type Taken } from './inbound.ts';
import { whoseMessage } from './own-message.ts';

type Told = Exclude<ChatwootHook, { readonly kind: 'ignored' | 'refused' }>;
type Spoken = Exclude<Told, { readonly kind: 'conversation' }>;

/**
 * @param hook the body as it came. @param refused why the deed that it asked for can not be done; everything else is.
 * @throws DomainError what the deed is refused for
 */
export async function takeChatwootHook(
  act: Act,
  endpoint: Endpoint,
  hook: unknown,
  refused: DomainError | null,
): Promise<Taken> {
  const read = readHook(hook);
  if (read.kind === 'refused') return { took: `nothing: ${read.where} ${read.why}` };
  if (read.kind === 'ignored') return { took: `nothing: ${read.why}` };
  const settings = settingsOf(endpoint, 'chatwoot');
  const foreign = whyForeign(read, settings);
  if (foreign) return { took: `nothing: ${foreign}` };
  const externalId = String(read.conversation.id);
  const known = await act.em.findOne(ConversationLink, { endpointId: endpoint.id, externalId });
  const heard =
    read.kind === 'conversation' ? { took: read.event, link: known } : await hear(act, endpoint, known, read);
  if (heard === 'unsure') return putOff(act, endpoint, hook);
  const { took, link } = heard;
  if (!link) return { took: `nothing: ${took}, and nobody has spoken in it yet` };
  const changed = read.kind === 'conversation' ? read.changed : [];
  const seen = { snapshot: read.conversation, changed, labels: labelChangeIn(hook) };
  const did = await followChatwoot(act, endpoint, link, seen, refused === null);
  return { took, did, ...(refused && { refused: refused.code, why: refused.message }) };
}

/** Null: it is of our account, and of an inbox of ours. */
function whyForeign(read: Told, { account, inboxes }: ChatwootSettings): string | null {
  if (read.accountId !== null && read.accountId !== account) return 'it is of another account';
  const inbox = read.kind === 'conversation' ? read.conversation.inboxId : read.inboxId;
  return inboxes === null || inboxes.includes(inbox) ? null : 'it is of another inbox';
}

type Heard = { readonly took: string; readonly link: ConversationLink | null };

async function hear(
  act: Act,
  endpoint: Endpoint,
  known: ConversationLink | null,
  read: Spoken,
): Promise<Heard | 'unsure'> {
  if (read.kind === 'message') {
    const whose = await whoseMessage(act, endpoint, settingsOf(endpoint, 'chatwoot'), known, read);
    if (whose === 'unsure') return 'unsure';
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

const LATER_MS = 1000;

/** A message of ours with the same words is on its way: what became of it tells whether this is it. */
function putOff(act: Act, { id: endpointId, accountId }: Endpoint, hook: unknown): Taken {
  planJob(act, 'inbound', accountId, { endpointId, hook }, new Date(act.now.getTime() + LATER_MS));
  return { took: 'nothing yet: it may be a message of ours that is on its way' };
}
