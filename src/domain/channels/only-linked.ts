// Of what Chatwoot would be told only that is written down whose contact was ever heard there: an account may have contacts from elsewhere.
import type { Act } from '../act.ts';
import type { Wanted } from '../deliveries/plan-deliveries.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';

/** What is said of a contact goes in a lane of the contact's id. */
export async function onlyLinked(act: Act, { id }: Endpoint, wanted: readonly Wanted[]): Promise<Wanted[]> {
  const conversations = new Set(wanted.flatMap(({ conversationId }) => conversationId ?? []));
  const contacts = new Set(wanted.flatMap(({ conversationId, lane }) => (conversationId === null ? lane : [])));
  const linked = new Set([
    ...(await findLinked(act, BY_CONVERSATION, id, conversations)),
    ...(await findLinked(act, BY_CONTACT, id, contacts)),
  ]);
  return wanted.filter(({ conversationId, lane }) => linked.has(conversationId ?? lane));
}

const BY_CONVERSATION =
  'select distinct conversation_id as id from conversation_link where endpoint_id = ? and conversation_id in (?)';
const BY_CONTACT = `select distinct c.contact_id as id from conversation c join conversation_link l on l.conversation_id = c.id
  where l.endpoint_id = ? and c.contact_id in (?)`;

async function findLinked(act: Act, sql: string, endpointId: string, ids: ReadonlySet<string>): Promise<string[]> {
  if (ids.size === 0) return [];
  const rows: { id: string }[] = await act.em.execute(sql, [endpointId, [...ids]]);
  return rows.map(({ id }) => id);
}
