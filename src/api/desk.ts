// The queries behind the desk list: one page by keyset over the indexed order, whatever the size of the table.
import type { EntityManager } from '@mikro-orm/mysql';
import { Agent } from '../domain/agents/agent.ts';
import { Contact } from '../domain/contacts/contact.ts';
import { Conversation } from '../domain/conversations/conversation.ts';
import { FIRST_PINNED } from '../domain/conversations/desk-order.ts';
import { findLabels } from '../domain/conversations/label-conversation.ts';
import { viewContact } from './contacts.ts';
import type { Place } from './cursor.ts';

type Filters = {
  readonly status?: string | undefined;
  readonly agent?: string | undefined;
  readonly label?: string | undefined;
  readonly pinned?: boolean | undefined;
  readonly todo?: boolean | undefined;
  readonly q?: string | undefined;
};
export type DeskRow = { readonly id: string; readonly desk_order: number };

/** Each account is one range of an index (account, [status or to-do,] order); the few rows of each are merged. At most `limit` rows. */
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
  const labelled = filters.label && (await labelCondition(em, accounts, filters.label));
  const ranges = accounts.map((account) => conditions(account, filters, labelled, place));
  const sql = ranges
    .map(({ where }) => `(select id, desk_order from conversation where ${where} ${order})`)
    .join(' union all ');
  return em.execute(`${sql} ${order}`, [...ranges.flatMap(({ values }) => [...values, limit]), limit]);
}

function conditions(
  account: string,
  { status, agent, label, pinned, todo, q }: Filters,
  labelled: string | undefined,
  place: Place | null,
): { where: string; values: unknown[] } {
  const parts = ['account_id = ?'];
  const values: unknown[] = [account];
  const add = (sql: string, ...more: unknown[]) => {
    parts.push(sql);
    values.push(...more);
  };
  if (status) add('status = ?', status);
  if (todo !== undefined) add('todo = ?', todo);
  // The pin is the highest bit of the order: those who have it are a range of the same index.
  if (pinned !== undefined) add(`desk_order ${pinned ? '>=' : '<'} ?`, FIRST_PINNED);
  if (agent) add('id in (select conversation_id from assignment where agent_id = ? and serves is not null)', agent);
  if (labelled) add(labelled, account, label);
  if (q)
    add(
      'contact_id in (select c.id from contact c where c.account_id = ? and (c.name like ? or c.external_id like ?))',
      account,
      startingWith(q),
      startingWith(q),
    );
  if (place) {
    const beyond = beyondPlace(place);
    add(beyond.where, ...beyond.values);
  }
  return { where: parts.join(' and '), values };
}

/** Labels on more conversations than this are met soon by walking along the desk; others are sorted sooner. */
const RARE_LABEL = 5_000;

/**
 * Takes the account and the label. The second form is no join to the database, so it looks for the label row by row in the order
 * of the desk: for a label on a third of 100,000 conversations that takes 3 ms instead of 70.
 */
async function labelCondition(em: EntityManager, accounts: readonly string[], label: string): Promise<string> {
  const [row]: { count: number }[] = await em.execute(
    `select count(*) as count from
      (select 1 from conversation_label where account_id in (?) and label = ? limit ${RARE_LABEL + 1}) found`,
    [[...accounts], label],
  );
  if ((row?.count ?? 0) <= RARE_LABEL)
    return 'id in (select conversation_id from conversation_label where account_id = ? and label = ?)';
  return '(select l.account_id from conversation_label l where l.conversation_id = conversation.id and l.account_id = ? and l.label = ?) is not null';
}

/** The rows of a list in the order of the desk that lie behind a place in it, or before it. */
export function beyondPlace(place: Place): { where: string; values: readonly unknown[] } {
  const [order, id] = place.at;
  const after = place.back ? '>' : '<';
  return {
    where: `desk_order ${after}= ? and (desk_order ${after} ? or id ${after} ?)`,
    values: [order, order, id],
  };
}

function startingWith(text: string): string {
  return `${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** What is shown of conversations, in the order of the ids. */
export async function viewConversations(em: EntityManager, ids: readonly string[]) {
  const conversations = await em.find(Conversation, { id: { $in: [...ids] } });
  const contacts = await em.find(Contact, { id: { $in: conversations.map(({ contactId }) => contactId) } });
  const serving = await servingIn(em, ids);
  const agents = await em.find(Agent, { id: { $in: [...serving.values()] } });
  const labels = await findLabels(em, ids);
  const byId = new Map(conversations.map((conversation) => [conversation.id, conversation]));
  return ids.flatMap((id) => {
    const conversation = byId.get(id);
    const contact = contacts.find((each) => each.id === conversation?.contactId);
    const agent = agents.find((each) => each.id === serving.get(id));
    if (!conversation || !contact) return [];
    return [
      {
        ...viewConversation(conversation),
        labels: labels.get(id) ?? [],
        contact: viewContact(contact),
        agent: agent ? { id: agent.id, name: agent.name } : null,
      },
    ];
  });
}

/** The agent who speaks in each conversation; where nobody does, the one whose session is paused. */
async function servingIn(em: EntityManager, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows: { conversation_id: string; agent_id: string }[] = await em.execute(
    `select a.conversation_id, a.agent_id from assignment a join session s on s.id = a.serves
     where a.conversation_id in (?) order by s.active_in is null desc, a.id`,
    [[...ids]],
  );
  return new Map(rows.map((row) => [row.conversation_id, row.agent_id]));
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
