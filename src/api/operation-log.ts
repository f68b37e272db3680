// The operation log: who did what in a conversation, when and why, in words. Read from the events themselves, newest first, as long
// as these are kept. What was said is not repeated here: a message that was recalled is read nowhere.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import type { ActorType } from '../domain/actor.ts';
import { EVENTS, type EventType } from '../domain/events/catalogue.ts';
import { tellingOf } from '../domain/events/telling.ts';
import { utc } from '../domain/rows.ts';
import { findConversationFor, findSessionFor } from './access.ts';
import { cutPage, openCursor, type Place } from './cursor.ts';
import { neverEmpty } from './id-page.ts';
import { type Call, route } from './route.ts';
import { ById, Cursor, Id, Limit, pageOf, Time } from './shapes.ts';

const Type = z.enum(Object.keys(EVENTS) as [EventType]); // the keys are the event types

const Entry = z
  .object({
    id: Id,
    type: Type,
    at: Time,
    actor: z
      .object({
        type: z.string(),
        id: z.string(),
        name: z.string().nullable().meta({ description: 'Of a person; keys and Baton itself have none.' }),
      })
      .nullable(),
    data: z.record(z.string(), z.unknown()),
    says: z.string(),
  })
  .meta({ id: 'LogEntry' });

const Wishes = z.strictObject({ type: Type.optional(), limit: Limit, cursor: Cursor });
type Log = { readonly conversationId: string; readonly sessionId: string | undefined };

export const getConversationEvents = route({
  method: 'get',
  path: '/v1/conversations/:id/events',
  summary:
    'The operation log: who did what, when and why, newest first. `session` leaves what names that session, `type` one kind of event.',
  door: { key: 'conversations:read', agent: true },
  params: ById,
  query: Wishes.extend({ session: Id.optional() }),
  answers: { 200: { says: 'One page.', schema: pageOf(Entry) } },
  handle: async (call) => {
    const em = call.context.kernel.orm.em.fork();
    await findConversationFor(em, call.principal, call.params.id);
    return logPage(em, call, { conversationId: call.params.id, sessionId: call.query.session });
  },
});

export const getSessionEvents = route({
  method: 'get',
  path: '/v1/sessions/:id/events',
  summary: 'The operation log of one session, newest first.',
  door: { key: 'sessions:read', agent: true },
  params: ById,
  query: Wishes,
  answers: { 200: { says: 'One page.', schema: pageOf(Entry) } },
  handle: async (call) => {
    const em = call.context.kernel.orm.em.fork();
    const { id: sessionId, conversationId } = await findSessionFor(em, call.principal, call.params.id);
    return logPage(em, call, { conversationId, sessionId });
  },
});

async function logPage(
  em: EntityManager,
  { context, query }: Pick<Call<unknown, z.output<typeof Wishes>>, 'context' | 'query'>,
  log: Log,
) {
  const { BATON_SECRET: secret } = context.kernel.config;
  const list = `log:${JSON.stringify([log.conversationId, log.sessionId, query.type])}`;
  const place = query.cursor ? openCursor(query.cursor, list, secret) : null;
  const rows = await readLog(em, log, query.type, place, query.limit + 1);
  const { data, page } = cutPage(rows, query.limit, place, list, secret, ({ id }) => [id]);
  const names = await namesOf(em, data);
  return { status: 200, body: { data: data.map((row) => viewEntry(row, names)), page } };
}

type EntryRow = {
  readonly id: string;
  readonly type: EventType;
  readonly actor_type: ActorType | null;
  readonly actor_id: string | null;
  readonly data: string;
  readonly happened_at: string;
};

/** One range of the index (conversation, id). An id is long enough to be found as a word, wherever the event names the session. */
function readLog(
  em: EntityManager,
  { conversationId, sessionId }: Log,
  type: EventType | undefined,
  place: Place | null,
  limit: number,
): Promise<EntryRow[]> {
  const [after, direction] = place?.back ? ['>', 'asc'] : ['<', 'desc'];
  return em.execute(
    `select id, type, actor_type, actor_id, data, happened_at from event where conversation_id = ?
     ${sessionId ? 'and data like ?' : ''} ${type ? 'and type = ?' : ''} ${place ? `and id ${after} ?` : ''}
     order by id ${direction} limit ?`,
    [
      conversationId,
      ...(sessionId ? [`%"${sessionId}"%`] : []),
      ...(type ? [type] : []),
      ...(place ? [place.at[0]] : []),
      limit,
    ],
  );
}

/** Kinds of actors who are people, each with the table of its name. */
const PERSONS = ['agent', 'contact', 'participant'] as const;

/** The names of the people who acted, by their ids. */
async function namesOf(em: EntityManager, rows: readonly EntryRow[]): Promise<Map<string, string | null>> {
  const idsOf = (type: ActorType) =>
    neverEmpty(rows.flatMap((row) => (row.actor_type === type && row.actor_id ? [row.actor_id] : [])));
  const found: { id: string; name: string | null }[] = await em.execute(
    PERSONS.map((table) => `select id, name from ${table} where id in (?)`).join(' union all '),
    PERSONS.map(idsOf),
  );
  return new Map(found.map(({ id, name }) => [id, name]));
}

function viewEntry(row: EntryRow, names: ReadonlyMap<string, string | null>) {
  const { id, type, actor_type, actor_id } = row;
  const whole: Record<string, unknown> = JSON.parse(row.data);
  const { content: _words, last: _preview, ...data } = whole;
  const actor = actor_type && actor_id ? { type: actor_type, id: actor_id, name: names.get(actor_id) ?? null } : null;
  return { id, type, at: utc(row.happened_at).toISOString(), actor, data, says: tellingOf(type, whole) };
}
