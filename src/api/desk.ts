// The queries behind the desk list: one page by keyset over the indexed order, whatever the size of the table.
import type { EntityManager } from '@mikro-orm/mysql';
import { Agent } from '../domain/agents/agent.ts';
import { Assignment } from '../domain/assignments/assignment.ts';
import { Contact } from '../domain/contacts/contact.ts';
import { Conversation } from '../domain/conversations/conversation.ts';
import { viewContact } from './contacts.ts';
import type { Place } from './cursor.ts';

type Filters = {
  readonly status?: string | undefined;
  readonly agent?: string | undefined;
  readonly q?: string | undefined;
};
type DeskRow = { readonly id: string; readonly desk_order: number };

/** Each account is one range of the index (account, [status,] order); the few rows of each are merged. At most `limit` rows. */
export async function deskPage(
  em: EntityManager,
  accounts: readonly string[],
  filters: Filters,
  place: Place | null,
  limit: number,
): Promise<DeskRow[]> {
  if (accounts.length === 0) return [];
  const direction = place?.back ? 'asc' : 'desc';
  const order = `order by desk_order ${direction}, id ${direction} limit ?`;
  const ranges = accounts.map((account) => conditions(account, filters, place));
  const sql = ranges
    .map(({ where }) => `(select id, desk_order from conversation where ${where} ${order})`)
    .join(' union all ');
  return em.execute(`${sql} ${order}`, [...ranges.flatMap(({ values }) => [...values, limit]), limit]);
}

function conditions(
  account: string,
  { status, agent, q }: Filters,
  place: Place | null,
): { where: string; values: unknown[] } {
  const parts = ['account_id = ?'];
  const values: unknown[] = [account];
  const add = (sql: string, ...more: unknown[]) => {
    parts.push(sql);
    values.push(...more);
  };
  if (status) add('status = ?', status);
  if (agent) add('id in (select conversation_id from assignment where agent_id = ? and serves is not null)', agent);
  if (q)
    add(
      'contact_id in (select c.id from contact c where c.account_id = ? and (c.name like ? or c.external_id like ?))',
      account,
      startingWith(q),
      startingWith(q),
    );
  if (place) {
    const [order, id] = place.at;
    const after = place.back ? '>' : '<';
    add(`desk_order ${after}= ? and (desk_order ${after} ? or id ${after} ?)`, order, order, id);
  }
  return { where: parts.join(' and '), values };
}

function startingWith(text: string): string {
  return `${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** What is shown of conversations, in the order of the ids. */
export async function viewConversations(em: EntityManager, ids: readonly string[]) {
  const conversations = await em.find(Conversation, { id: { $in: [...ids] } });
  const contacts = await em.find(Contact, { id: { $in: conversations.map(({ contactId }) => contactId) } });
  const serving = await em.find(Assignment, { conversationId: { $in: [...ids] }, serves: { $ne: null } });
  const agents = await em.find(Agent, { id: { $in: serving.map(({ agentId }) => agentId) } });
  const byId = new Map(conversations.map((conversation) => [conversation.id, conversation]));
  return ids.flatMap((id) => {
    const conversation = byId.get(id);
    const contact = contacts.find((each) => each.id === conversation?.contactId);
    const agentId = serving.find((assignment) => assignment.conversationId === id)?.agentId;
    const agent = agents.find((each) => each.id === agentId);
    if (!conversation || !contact) return [];
    return [
      {
        ...viewConversation(conversation),
        contact: viewContact(contact),
        agent: agent ? { id: agent.id, name: agent.name } : null,
      },
    ];
  });
}

function viewConversation(conversation: Conversation) {
  const {
    id,
    accountId,
    status,
    epoch,
    pinned,
    todo,
    urgency,
    handRaised,
    needIntervene,
    emotion,
    lastMessageAt,
    createdAt,
  } = conversation;
  return {
    id,
    accountId,
    status,
    epoch,
    pinned,
    todo,
    urgency,
    handRaised,
    needIntervene,
    emotion,
    lastMessageAt,
    createdAt,
  };
}
