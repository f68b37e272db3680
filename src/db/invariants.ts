// What must always be true, each as a query that finds what breaks it. Run after every fault test, and by
// `npm run check:invariants` over any database. The queries read whole tables: not for a busy hour.
import type { EntityManager } from '@mikro-orm/mysql';
import { DELIVERY_INVARIANTS } from './delivery-invariants.ts';
import { IMAGE_INVARIANTS } from './image-invariants.ts';
import { type Invariant, TURN_INVARIANTS } from './turn-invariants.ts';

export type Finding = {
  readonly name: string;
  readonly says: string;
  readonly violations: number;
  readonly examples: readonly string[];
};

/** Each query gives one row for each violation, with an `id` to look for. */
export const INVARIANTS: readonly Invariant[] = [
  {
    name: 'one-floor',
    says: 'At most one session of a conversation is active, and the floor agrees with the state.',
    sql: `select conversation_id as id from session where state = 'active' group by conversation_id having count(*) > 1
      union all select id from session where (state = 'active') <> (active_in is not null)`,
  },
  {
    name: 'seats',
    says: 'A seat holds one assignment, and none of a session that is over.',
    sql: `select max(id) as id from assignment where seat is not null group by agent_id, seat having count(*) > 1
      union all select a.id from assignment a join session s on s.id = a.session_id where a.seat is not null and s.ended_at is not null`,
  },
  {
    name: 'one-server',
    says: 'A session has at most one serving agent.',
    sql: 'select serves as id from assignment where serves is not null group by serves having count(*) > 1',
  },
  {
    name: 'streams-gapless',
    says: 'The entries of a stream are numbered from its floor to its head without a gap.',
    sql: `select s.name as id from stream s left join
        (select stream, count(*) as entries, min(seq) as first, max(seq) as last from stream_entry group by stream) e on e.stream = s.name
      where coalesce(e.entries, 0) <> s.head - s.floor or (e.entries > 0 and (e.first <> s.floor + 1 or e.last <> s.head))`,
  },
  {
    name: 'streams-hold-events',
    says: 'Every entry has its event, and every event is in a stream.',
    sql: `select concat(t.stream, '#', t.seq) as id from stream_entry t left join event e on e.id = t.event_id where e.id is null
      union all select e.id from event e left join stream_entry t on t.event_id = e.id where t.event_id is null and not exists (select 1 from stream where floor > 0)`,
  },
  {
    name: 'batches-accounted',
    says: 'Every message of a batch that is done was stored, a duplicate, or refused.',
    sql: `select id from job where kind = 'ingest-batch' and state = 'done' and size <>
      json_extract(result, '$.stored') + json_extract(result, '$.duplicates') + json_length(result, '$.refused')`,
  },
  {
    name: 'batches-stored',
    says: 'No batch is done without its messages: as many were stored as its result says.',
    sql: `select 'messages' as id from (select coalesce(sum(json_extract(result, '$.stored')), 0) as told from job where kind = 'ingest-batch' and state = 'done') j,
        (select count(*) as found from message) m where m.found < j.told`,
  },
  {
    name: 'desk-status',
    says: 'The status that the desk shows follows from the open sessions.',
    sql: `select v.id from conversation v left join
        (select conversation_id, max(kind like 'manual%' and state = 'active') as speaks, max(kind like 'auto%' and state = 'active') as automatic,
          max(kind like 'manual%' and state in ('pending', 'paused')) as queued, max(kind like 'auto%' and state in ('pending', 'paused')) as waits
         from session where ended_at is null group by conversation_id) s on s.conversation_id = v.id
      where v.status <> case when s.speaks then 'serving' when s.automatic then 'ai_handling' when s.queued then 'queued' when s.waits then 'waiting' else 'resolved' end`,
  },
  {
    name: 'desk-newest',
    says: 'A conversation knows its newest message, and its place on the desk holds that time.',
    sql: `select v.id from conversation v left join
        (select conversation_id, max(sent_at) as newest from message where private = false group by conversation_id) m on m.conversation_id = v.id
      where not (v.last_message_at <=> m.newest)
        or v.desk_order % 8796093022208 <> coalesce(timestampdiff(microsecond, '1970-01-01', v.last_message_at) div 1000, 0)`,
  },
  {
    name: 'desk-rank',
    says: 'The place of a conversation on the desk is that of its flags and its status.',
    sql: `select id from conversation where desk_order div 8796093022208 <>
      (pinned * 64 + (urgency = 5) * 32 + hand_raised * 16 + need_intervene * 8 + (urgency = 4) * 4 + (emotion <> 'neutral') * 2 + (urgency = 3)) * 8
        + case status when 'queued' then 4 when 'waiting' then 3 when 'ai_handling' then 2 when 'serving' then 1 else 0 end`,
  },
  {
    name: 'labels',
    says: 'A label is of the account of its conversation, and a conversation has at most 50.',
    sql: `select concat(l.conversation_id, ' ', l.label) as id from conversation_label l join conversation v on v.id = l.conversation_id
      where v.account_id <> l.account_id
      union all select conversation_id from conversation_label group by conversation_id having count(*) > 50`,
  },
  {
    name: 'message-status',
    says: 'A message whose status changed knows since when.',
    sql: "select id from message where (status = 'sent') <> (status_at is null)",
  },
  {
    name: 'members',
    says: 'Nobody is a member of a session that is over, and the guests of a stream are the participants who have joined.',
    sql: `select c.id from collaborator c join session s on s.id = c.session_id where c.open_agent is not null and s.ended_at is not null
      union all select p.id from participant p join session s on s.id = p.session_id where p.open_as is not null and s.ended_at is not null
      union all select p.id from participant p left join stream t on t.name = concat('conversation:', p.conversation_id)
      where (p.state = 'joined') <> (locate(p.id, coalesce(t.guests, '')) > 0)`,
  },
  ...TURN_INVARIANTS,
  ...IMAGE_INVARIANTS,
  ...DELIVERY_INVARIANTS,
  {
    name: 'messages-in-sessions',
    says: 'A message belongs to a session of its own conversation that was not merged away.',
    sql: `select m.id from message m left join session s on s.id = m.session_id
      where s.id is null or s.conversation_id <> m.conversation_id or s.merged_into is not null`,
  },
  {
    name: 'spans',
    says: 'An inferred session spans exactly its messages.',
    sql: `select s.id from session s left join (select session_id, min(sent_at) as first, max(sent_at) as last from message group by session_id) m on m.session_id = s.id
      where s.origin = 'inferred' and s.merged_into is null and not (s.first_at <=> m.first and s.last_at <=> m.last)`,
  },
  {
    name: 'topics',
    says: 'A new topic begins at the first message of an inferred session, which knows it, and nowhere else.',
    sql: `select s.id from session s join message m on m.session_id = s.id
      where s.origin = 'inferred' and s.merged_into is null and m.begins_topic <>
        (s.begins_topic and not exists (select 1 from message b where b.session_id = s.id
          and (b.sent_at < m.sent_at or b.sent_at = m.sent_at and b.external_id < m.external_id)))`,
  },
];

const EXAMPLES = 5;

/** Runs them all. */
export async function checkInvariants(em: EntityManager): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, says, sql } of INVARIANTS) {
    const rows: { id: string | number }[] = await em.execute(sql);
    findings.push({
      name,
      says,
      violations: rows.length,
      examples: rows.slice(0, EXAMPLES).map(({ id }) => String(id)),
    });
  }
  return findings;
}
