// A row of customer service about what was said before: it was taken back, it did not arrive, or the conversation is over there. The
// ledger may still be writing those words down; then it is looked at again a little later.
import type { Act } from '../../act.ts';
import { markMessage } from '../../assignments/mark-message.ts';
import { resolveConversation } from '../../assignments/resolve-conversation.ts';
import { Conversation } from '../../conversations/conversation.ts';
import { lockCircuit } from '../../deliveries/circuit.ts';
import { Delivery } from '../../deliveries/delivery.ts';
import { giveUp } from '../../deliveries/give-up.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { DomainError } from '../../errors.ts';
import type { LateRow } from '../../jobs/catalogue.ts';
import { planJob } from '../../jobs/plan-job.ts';
import { Message } from '../../messages/message.ts';
import { Session } from '../../sessions/session.ts';
import { ConversationLink } from '../conversation-link.ts';
import type { Taken } from '../inbound.ts';
import { type KfRow, readKfRow } from './kf.ts';
import { idOf } from './take-rows.ts';
import { isLater } from './times.ts';

const SOON_MS = 2000;

export async function takeLateRow(act: Act, endpoint: Endpoint, late: LateRow): Promise<Taken> {
  const taken = await take(act, endpoint, late);
  if (taken) return taken;
  if (act.now >= new Date(late.until)) return { took: 'nothing', why: 'what it is about is not here' };
  const { row, after, until } = late;
  const soon = new Date(act.now.getTime() + SOON_MS);
  planJob(act, 'inbound', endpoint.accountId, { endpointId: endpoint.id, row, after, until }, soon);
  return { took: 'nothing yet', why: 'what it is about is not here yet' };
}

/** null: what it is about is not here. */
async function take(act: Act, endpoint: Endpoint, { row, after }: LateRow): Promise<Taken | null> {
  const read = readKfRow(row);
  if (after !== null && !(await findMessage(act, endpoint, after))) return null;
  if (read.kind === 'recalled') return takeRecall(act, endpoint, read);
  if (read.kind === 'send_failed') return takeFailure(act, endpoint, read);
  if (read.kind === 'session_changed' && read.change === 'ended') return takeEnd(act, endpoint, read);
  return { took: 'nothing', why: 'nothing follows from it' };
}

function findMessage(act: Act, { accountId }: Endpoint, externalId: string): Promise<Message | null> {
  return act.em.findOne(Message, { accountId, externalId });
}

type Of<K extends KfRow['kind']> = Extract<KfRow, { readonly kind: K }>;

/** Customers take their words back themselves; what is too late for that here, and what a servicer said, is deleted as by upstream. */
async function takeRecall(act: Act, endpoint: Endpoint, { messageId, by }: Of<'recalled'>): Promise<Taken | null> {
  const message = await findMessage(act, endpoint, idOf(messageId));
  if (!message) return null;
  const { contactId } = await act.em.findOneOrFail(Conversation, { id: message.conversationId });
  const recalled = by === 'customer' && (await mark(act, message, 'recalled', { type: 'contact', id: contactId }));
  if (recalled) return { took: 'a recall' };
  const deleted = await mark(act, message, 'deleted', { type: 'key', id: endpoint.id });
  return { took: deleted ? 'a recall' : 'nothing', message: idOf(messageId) };
}

/** @returns false where it may not be; nothing is changed then. */
function mark(
  act: Act,
  { id }: Message,
  to: 'recalled' | 'deleted',
  by: Parameters<typeof markMessage>[3],
): Promise<boolean> {
  return markMessage(act, id, to, by).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DomainError) return false;
      throw error;
    },
  );
}

/** WeCom had taken it, and says later that it did not arrive. */
async function takeFailure(
  act: Act,
  endpoint: Endpoint,
  { messageId, reason }: Of<'send_failed'>,
): Promise<Taken | null> {
  await lockCircuit(act, endpoint.id);
  const delivery = await act.em.findOne(Delivery, { endpointId: endpoint.id, externalId: messageId });
  if (!delivery) return null;
  if (delivery.state !== 'delivered') return { took: 'nothing', why: `that delivery is ${delivery.state}` };
  await giveUp(act, endpoint, delivery, 'send_failed', `WeCom took it, and it did not arrive: ${reason}.`);
  return { took: 'a message that did not arrive', delivery: String(delivery.id) };
}

/** A customer who has written since then has begun a new one. */
async function takeEnd(act: Act, endpoint: Endpoint, { externalUserid, at }: Of<'session_changed'>): Promise<Taken> {
  const link = await act.em.findOne(ConversationLink, { endpointId: endpoint.id, externalId: externalUserid });
  if (!link) return { took: 'nothing', why: 'this customer has no conversation here' };
  if (isLater(link.heardAt, at)) return { took: 'nothing', why: 'the customer has written since' };
  const newest = await act.em.findOne(
    Session,
    { conversationId: link.conversationId, endedAt: null },
    { orderBy: { firstAt: 'desc' } },
  );
  if (newest && isLater(newest.firstAt, at)) return { took: 'nothing', why: 'another session has begun since' };
  try {
    await resolveConversation(act, link.conversationId, null, 'ended in WeCom');
    return { took: 'the end of a conversation' };
  } catch (error) {
    if (error instanceof DomainError) return { took: 'nothing', why: error.code };
    throw error;
  }
}
