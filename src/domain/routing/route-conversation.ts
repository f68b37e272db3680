// Looks for who takes a conversation that waits for a person. Running it again for one that waits no more does nothing.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { Contact } from '../contacts/contact.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { record } from '../events/record.ts';
import { openSessionsOf, subjectOf } from '../sessions/move-session.ts';
import { type Candidate, type RouteVerdict, route } from './route.ts';

/** @returns the verdict that the board was told; null when nobody waits. @throws DomainError conversation_not_found */
export async function routeConversation(act: Act, conversationId: string): Promise<RouteVerdict | null> {
  const conversation = await lockConversation(act, conversationId);
  const waiting = (await openSessionsOf(act, conversationId)).find(
    (session) => session.handler === 'human' && session.state === 'pending',
  );
  if (!waiting) return null;
  const verdict = route(await findCandidates(act.em, conversation.accountId));
  const contact = await act.em.findOneOrFail(Contact, { id: conversation.contactId });
  record(act, 'conversation.queued', subjectOf(conversation), {
    conversationId,
    contactId: contact.id,
    sessionId: waiting.id,
    contactName: contact.name,
    waitingSince: waiting.openedAt.toISOString(),
    eligibleAgents: verdict.eligible,
    explanation: verdict.explanation,
  });
  return verdict;
}

/** Every agent who is allowed on the account, with the seats that they have taken: counted, never kept. */
async function findCandidates(em: EntityManager, accountId: string): Promise<Candidate[]> {
  const rows: (Omit<Candidate, 'reachable' | 'alwaysReachable'> & { reachable: number; alwaysReachable: number })[] =
    await em.execute(
      `select a.id as agentId, a.name, a.availability, a.capacity, a.reachable, a.always_reachable as alwaysReachable,
       (select count(*) from assignment s where s.agent_id = a.id and s.seat is not null) as seatsTaken
     from agent_account g join agent a on a.id = g.agent_id where g.account_id = ? order by a.id`,
      [accountId],
    );
  return rows.map((row) => ({
    ...row,
    reachable: Boolean(row.reachable),
    alwaysReachable: Boolean(row.alwaysReachable),
  }));
}
