// What must always be true of turns: handing on, offers, robots' places, and that every committed move was told once. As in
// invariants.ts, each is a query that finds what breaks it, with an `id` to look for.

export type Invariant = { readonly name: string; readonly says: string; readonly sql: string };

/** Where retention has removed events, they can not be counted any more. */
const ALL_KEPT = 'not exists (select 1 from stream where floor > 0)';

/** An id out of an event's data, as the tables hold ids: only so is it looked up by a key; else each row is compared with each event. */
const idIn = (name: string) =>
  `cast(json_unquote(json_extract(data, '$.${name}')) as char(26) character set ascii) collate ascii_bin`;

/** How often each kind of event was told of a thing, by the id that its data names. */
const told = (prefix: string, id: string, kinds: readonly string[]) =>
  `(select ${idIn(id)} as told_of, ${kinds.map((kind) => `sum(type = '${prefix}.${kind}') as ${kind}`).join(', ')}
   from event where type like '${prefix}.%' group by told_of)`;

/** Of each session: how often it was opened, given the floor, taken from it, handed on and ended, as its events say. */
const SESSION_MOVES = `(select ${idIn('sessionId')} as told_of, max(conversation_id) as conversation_id,
    sum(type = 'session.opened') as opened,
    sum(type in ('session.activated', 'session.resumed') or type = 'session.opened' and json_unquote(json_extract(data, '$.state')) = 'active') as given,
    sum(type = 'session.paused') as paused, sum(type = 'session.transferred') as transferred,
    sum(type in ('session.completed', 'session.cancelled', 'session.timed_out')
      or type = 'session.opened' and json_unquote(json_extract(data, '$.state')) in ('completed', 'cancelled', 'timeout')) as ended
   from event where type like 'session.%' group by told_of)`;

export const TURN_INVARIANTS: readonly Invariant[] = [
  {
    name: 'transfers-lead-on',
    says: 'An open transfer leads from a session that is active or paused to one that is pending or active.',
    sql: `select t.id from transfer t left join session s on s.id = t.to_session_id
      where t.open_to is not null and (s.state is null or s.state not in ('pending', 'active'))
      union all select t.id from transfer t left join session s on s.id = t.from_session_id
      where t.open_from is not null and (s.state is null or s.state not in ('active', 'paused'))`,
  },
  {
    name: 'successors',
    says: 'Whoever took over a session is not over before it.',
    sql: `select s.id from session s left join session n on n.id = s.successor_id
      where s.state = 'transferred' and (n.id is null or n.ended_at is not null or n.conversation_id <> s.conversation_id)`,
  },
  {
    name: 'offers',
    says: 'A session is offered once at a time, and only while it waits.',
    sql: `select max(id) as id from assignment where offered_for is not null group by offered_for having count(*) > 1
      union all select a.id from assignment a join session s on s.id = a.session_id where a.state = 'offered' and s.state <> 'pending'`,
  },
  {
    name: 'serving',
    says: 'Agents serve human sessions that are active or paused, and only of accounts of the same conversation.',
    sql: `select a.id from assignment a join session s on s.id = a.session_id where a.state = 'serving'
      and (s.kind like 'auto%' or s.state not in ('active', 'paused') or s.conversation_id <> a.conversation_id)`,
  },
  {
    name: 'robot-places',
    says: 'The places of robots are those that their account has; a place above is from before the account had fewer.',
    sql: `select s.id from session s join account a on a.id = s.account_id where s.robot_slot is not null
      and s.robot_slot >= coalesce(json_extract(a.settings, '$.maxRobotSessions'), 10) and a.updated_at <= s.opened_at`,
  },
  {
    name: 'open-has-end',
    says: 'Whatever is open has a deadline; an invitation knows until when it can be used.',
    sql: `select id from session where ended_at is null and deadline_at is null
      union all select id from assignment where state = 'offered' and deadline_at is null
      union all select id from transfer where state = 'requested' and deadline_at is null
      union all select id from participant where state = 'invited' and invitation_until is null`,
  },
  {
    name: 'session-moves-told',
    says: 'The events of a session say each of its moves once: what it is follows from them.',
    sql: `select s.id from session s left join ${SESSION_MOVES} e on e.told_of = s.id
      where ${ALL_KEPT} and (coalesce(e.opened, 0) <> 1
        or s.state = 'pending' and e.given <> 0
        or s.state = 'active' and e.given <> e.paused + 1
        or s.state = 'paused' and e.given > e.paused
        or e.transferred > 1 or s.state = 'transferred' and e.transferred <> 1
        or e.ended > 1 or s.merged_into is null and e.ended <> (s.ended_at is not null))`,
  },
  {
    name: 'epochs-told',
    says: 'The epoch of a conversation is how often its floor was given to somebody.',
    sql: `select v.id from conversation v left join (select conversation_id, sum(given) as given from ${SESSION_MOVES} m group by conversation_id) e
        on e.conversation_id = v.id where ${ALL_KEPT} and v.epoch <> coalesce(e.given, 0)`,
  },
  {
    name: 'transfer-moves-told',
    says: 'A transfer is told as requested once, and its answer once.',
    sql: `select t.id from transfer t left join ${told('transfer', 'transferId', ['requested', 'accepted', 'declined', 'expired', 'returned', 'cancelled'])} e on e.told_of = t.id
      where ${ALL_KEPT} and (coalesce(e.requested, 0) <> 1 or e.accepted > 1 or t.state = 'accepted' and e.accepted <> 1
        or e.declined <> (t.state = 'declined') or e.expired <> (t.state = 'expired') or e.returned <> (t.state = 'returned')
        or e.cancelled <> (t.state = 'cancelled'))`,
  },
  {
    name: 'assignment-moves-told',
    says: 'What became of an assignment is told once.',
    sql: `select a.id from assignment a left join ${told('assignment', 'assignmentId', ['offered', 'accepted', 'declined', 'expired', 'released'])} e on e.told_of = a.id
      where ${ALL_KEPT} and (e.told_of is null or e.offered > 1 or e.accepted > 1 or a.state = 'serving' and e.accepted <> 1
        or a.state = 'offered' and (e.offered <> 1 or e.accepted <> 0) or e.declined <> (a.state = 'declined')
        or e.expired <> (a.state = 'expired') or e.released <> (a.state = 'released'))`,
  },
];
