// Finding things for a caller. What belongs to another account does not exist: the same 404 as for an id that was never given.
import type { EntityManager } from '@mikro-orm/mysql';
import { Account } from '../domain/accounts/account.ts';
import { Agent } from '../domain/agents/agent.ts';
import { accountsOfAgent } from '../domain/agents/create-agent.ts';
import { Assignment } from '../domain/assignments/assignment.ts';
import { Contact } from '../domain/contacts/contact.ts';
import { Conversation } from '../domain/conversations/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import { FOLLOWERS, parseStreamName, type StreamKind } from '../domain/events/streams.ts';
import { ImageTask } from '../domain/images/image-task.ts';
import { Job } from '../domain/jobs/job.ts';
import { Message } from '../domain/messages/message.ts';
import { Session } from '../domain/sessions/session.ts';
import { Transfer } from '../domain/transfers/transfer.ts';
import { mayTouch, mayTouchAll, type Principal } from './auth.ts';

export async function findAccountFor(em: EntityManager, principal: Principal, id: string): Promise<Account> {
  const account = mayTouch(principal, id) ? await em.findOne(Account, { id }) : null;
  if (!account) throw new DomainError('account_not_found', `There is no account ${id}.`);
  return account;
}

export async function findConversationFor(em: EntityManager, principal: Principal, id: string): Promise<Conversation> {
  const conversation = await em.findOne(Conversation, { id });
  if (conversation && mayRead(principal, conversation)) return conversation;
  throw new DomainError('conversation_not_found', `There is no conversation ${id}.`);
}

/** A contact sees their own conversation and no other of the account, a participant the one that they were asked into. */
function mayRead(principal: Principal, conversation: Conversation): boolean {
  if (principal.type === 'participant') return conversation.id === principal.conversationId;
  if (principal.type === 'contact') return conversation.contactId === principal.id;
  return mayTouch(principal, conversation.accountId);
}

/** Sessions, transfers and offers are the desk's own: contacts and participants see none. */
function isOfDesk({ type }: Principal): boolean {
  return type === 'key' || type === 'agent';
}

/** @throws DomainError session_not_found */
export async function findSessionFor(em: EntityManager, principal: Principal, id: string): Promise<Session> {
  const session = isOfDesk(principal) ? await em.findOne(Session, { id }) : null;
  if (session && mayTouch(principal, session.accountId)) return session;
  throw new DomainError('session_not_found', `There is no session ${id}.`);
}

/** @throws DomainError transfer_not_found */
export async function findTransferFor(em: EntityManager, principal: Principal, id: string): Promise<Transfer> {
  const transfer = isOfDesk(principal) ? await em.findOne(Transfer, { id }) : null;
  if (transfer && mayTouch(principal, transfer.accountId)) return transfer;
  throw new DomainError('transfer_not_found', `There is no transfer ${id}.`);
}

/** @throws DomainError image_task_not_found */
export async function findImageTaskFor(em: EntityManager, principal: Principal, id: string): Promise<ImageTask> {
  const task = isOfDesk(principal) ? await em.findOne(ImageTask, { id }) : null;
  if (task && mayTouch(principal, task.accountId)) return task;
  throw new DomainError('image_task_not_found', `There is no image task ${id}.`);
}

/** An agent's own offers only. @throws DomainError assignment_not_found */
export async function findOfferFor(em: EntityManager, principal: Principal, id: string): Promise<Assignment> {
  const offer = await em.findOne(Assignment, { id, agentId: principal.id });
  if (offer && mayTouch(principal, offer.accountId)) return offer;
  throw new DomainError('assignment_not_found', `There is no offer ${id} for you.`);
}

/** In a conversation that is the caller's; private notes are the desk's own. @throws DomainError message_not_found */
export async function findMessageFor(em: EntityManager, principal: Principal, id: number): Promise<Message> {
  const message = await em.findOne(Message, { id });
  const conversation = message && (await em.findOne(Conversation, { id: message.conversationId }));
  if (conversation && mayRead(principal, conversation) && (isOfDesk(principal) || !message.private)) return message;
  throw new DomainError('message_not_found', 'There is no such message.');
}

export async function findContactFor(em: EntityManager, principal: Principal, id: string): Promise<Contact> {
  const contact = await em.findOne(Contact, { id });
  if (contact && mayTouch(principal, contact.accountId)) return contact;
  throw new DomainError('contact_not_found', `There is no contact ${id}.`);
}

/** An agent is visible to whoever shares an account with them, and to keys for every account. */
export async function findAgentFor(
  em: EntityManager,
  principal: Principal,
  id: string,
): Promise<{ agent: Agent; accounts: string[] }> {
  const agent = await em.findOne(Agent, { id });
  const accounts = agent ? await accountsOfAgent(em, id) : [];
  if (agent && (principal.accounts === null || accounts.some((account) => mayTouch(principal, account))))
    return { agent, accounts };
  throw new DomainError('agent_not_found', `There is no agent ${id}.`);
}

/**
 * An agent whose every account is the caller's. To act for an agent, to read along with them or to change their work is to
 * touch all of these accounts.
 */
export async function findWholeAgentFor(
  em: EntityManager,
  principal: Principal,
  id: string,
): Promise<{ agent: Agent; accounts: string[] }> {
  const found = await findAgentFor(em, principal, id);
  if (mayTouchAll(principal, found.accounts)) return found;
  throw new DomainError('agent_not_found', `There is no agent ${id}.`);
}

/** A job is visible to the key that posted it, and to keys for every account that it could touch: its outcome tells of them. */
export async function findJobFor(em: EntityManager, principal: Principal, id: string): Promise<Job> {
  const job = await em.findOne(Job, { id });
  if (job && (job.principal === `${principal.type}:${principal.id}` || mayTouchAll(principal, job.accounts)))
    return job;
  throw new DomainError('job_not_found', `There is no job ${id}.`);
}

/**
 * @returns the account whose loss ends the right to follow; null for a stream of the caller's own.
 * @throws DomainError stream_not_found, for streams that are not, and for those that the caller may not follow.
 */
export async function checkStreamFor(em: EntityManager, principal: Principal, name: string): Promise<string | null> {
  const stream = parseStreamName(name);
  const account =
    stream && mayFollow(principal, stream.kind)
      ? await ACCOUNT_OF[stream.kind](em, principal, stream.id).catch(refusedOnly)
      : undefined;
  if (account === undefined) throw new DomainError('stream_not_found', 'There is no such stream for you.');
  return account;
}

/** Keys read by replay what their scopes and accounts allow; people follow what their kind may. */
function mayFollow({ type }: Principal, kind: StreamKind): boolean {
  if (type === 'participant') return kind === 'conversation';
  return type === 'key' || FOLLOWERS[kind].includes(type);
}

/** undefined: not for this caller. */
const ACCOUNT_OF: Record<
  StreamKind,
  (em: EntityManager, principal: Principal, id: string) => Promise<string | null | undefined>
> = {
  conversation: async (em, principal, id) => (await findConversationFor(em, principal, id)).accountId,
  notes: async (em, principal, id) => (await findConversationFor(em, principal, id)).accountId,
  session: async (em, principal, id) => (await findSessionFor(em, principal, id)).accountId,
  board: async (em, principal, id) => (await findAccountFor(em, principal, id)).id,
  contact: async (em, principal, id) => {
    if (principal.type === 'contact') return principal.id === id ? null : undefined;
    return (await findContactFor(em, principal, id)).accountId;
  },
  agent: async (em, principal, id) => {
    if (principal.type !== 'key') return principal.id === id ? null : undefined;
    await findWholeAgentFor(em, principal, id);
    return null;
  },
  ops: async (_em, principal) =>
    principal.type === 'key' && principal.scopes.includes('ops') && principal.accounts === null ? null : undefined,
};

function refusedOnly(error: unknown): undefined {
  if (!(error instanceof DomainError)) throw error;
}
