// One page of what was said in a conversation of Chatwoot before becomes messages of ours, by the same way and under the same ids as what
// is said there now; the next page is planned with it.
import type { Act } from '../../act.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { settingsOf } from '../../endpoints/set-channel.ts';
import { planJob } from '../../jobs/plan-job.ts';
import { linkTo, planIngest, type Said, type Taken } from '../inbound.ts';
import type { ChatwootMessage } from './message.ts';
import { isKnown } from './own-message.ts';
import { saidIn, writerOf } from './said.ts';
import type { Snapshot } from './snapshot.ts';

type Page = { readonly messages: readonly ChatwootMessage[]; readonly next: number | null };
type Place = { readonly conversation: string; readonly before: number | null };

/** Of our own messages none is taken: they are here. */
export async function takeHistory(
  act: Act,
  endpoint: Endpoint,
  conversation: Snapshot,
  { messages, next }: Page,
  { conversation: externalId }: Place,
): Promise<Taken> {
  const { inboxes } = settingsOf(endpoint, 'chatwoot');
  if (inboxes && !inboxes.includes(conversation.inboxId)) return { took: 'nothing: it is of another inbox' };
  if (conversation.contactId === null) return { took: 'nothing: Chatwoot does not say whose conversation it is' };
  const { contactId } = conversation;
  const writer = writerOf(contactId, conversation.contactName);
  await linkTo(act, endpoint, {
    externalId,
    contact: writer,
    contactExternalId: String(contactId),
    inbox: String(conversation.inboxId),
    platform: conversation.channel,
    heardAt: null,
  });
  const said: Said[] = [];
  for (const message of messages) {
    if (!(await isKnown(act, endpoint.id, message))) said.push(...saidIn(message, writer, act.now));
  }
  planIngest(act, endpoint, said);
  const history = { conversation: externalId, before: next };
  const following =
    next === null ? null : planJob(act, 'inbound', endpoint.accountId, { endpointId: endpoint.id, history });
  return { took: `${said.length} messages of ${messages.length}`, next: following?.id ?? null };
}
