// What must always be true of endpoints and deliveries. As in invariants.ts, each is a query that finds what breaks it, with an `id` to
// look for.
import { NAMED_ONLY, TOLD_TYPES } from '../domain/endpoints/event-filter.ts';
import type { Invariant } from './turn-invariants.ts';

const ENDPOINT_OF_JOB =
  "cast(json_unquote(json_extract(payload, '$.endpointId')) as char(26) character set ascii) collate ascii_bin";
const LAST_ATTEMPTS = `select a.delivery_id, a.outcome from delivery_attempt a
  join (select delivery_id, max(number) as number from delivery_attempt group by delivery_id) m on m.delivery_id = a.delivery_id and m.number = a.number`;
const listed = (types: readonly string[]) => types.map((type) => `'${type}'`).join(', ');
const TOLD = listed(TOLD_TYPES);
/** Of an event whose type the filter of a webhook names, alone, by its family, or, unless it must be named, with all others. */
const WANTED = `(json_contains(n.events, '"*"') and e.type not in (${listed(NAMED_ONLY)}) or json_contains(n.events, json_quote(e.type))
  or json_contains(n.events, json_quote(concat(substring_index(e.type, '.', 1), '.*'))))`;

export const DELIVERY_INVARIANTS: readonly Invariant[] = [
  {
    name: 'delivery-lane',
    says: 'In a lane one delivery is under way at most.',
    sql: `select max(id) as id from delivery where state = 'sending' group by endpoint_id, lane having count(*) > 1`,
  },
  {
    name: 'delivery-attempts',
    says: 'A delivery that is sent has one attempt under way, which is its own, and no other has one; every attempt that counts is written down.',
    sql: `select d.id from delivery d left join delivery_attempt a on a.delivery_id = d.id and a.outcome = 'begun'
      where not (a.lease <=> d.lease)
      union all select delivery_id from delivery_attempt where outcome = 'begun' group by delivery_id having count(*) > 1
      union all select d.id from delivery d where d.attempts > (select count(*) from delivery_attempt a where a.delivery_id = d.id)`,
  },
  {
    name: 'delivery-ends',
    says: 'What became of a delivery is what its last attempt says, or somebody’s word says more.',
    sql: `select d.id from delivery d left join (${LAST_ATTEMPTS}) a on a.delivery_id = d.id
      where d.state not in ('pending', 'sending') and (a.outcome is null or case d.state
        when 'delivered' then a.outcome <> 'delivered' and (a.outcome not in ('unknown', 'failed') or d.detail is null)
        when 'failed' then a.outcome not in ('failed', 'unknown') else a.outcome <> d.state end)`,
  },
  {
    name: 'delivery-goes-on',
    says: 'What has been due at an enabled endpoint for a minute has a job, or the circuit is open.',
    sql: `select d.id from delivery d join endpoint n on n.id = d.endpoint_id left join circuit c on c.endpoint_id = n.id
        left join (select distinct ${ENDPOINT_OF_JOB} as endpoint_id from job where kind = 'delivery' and state in ('accepted', 'running')) j
          on j.endpoint_id = n.id
      where d.state = 'pending' and n.state = 'enabled' and d.due_at < utc_timestamp(3) - interval 1 minute
        and (c.open_until is null or c.open_until < utc_timestamp(3) - interval 1 minute) and j.endpoint_id is null`,
  },
  {
    name: 'delivery-of-account',
    says: 'A delivery and a link are of the account of their endpoint, and so is their conversation.',
    sql: `select d.id from delivery d join endpoint n on n.id = d.endpoint_id where d.account_id <> n.account_id
      union all select d.id from delivery d left join conversation v on v.id = d.conversation_id
      where d.conversation_id is not null and not (v.account_id <=> d.account_id)
      union all select l.id from conversation_link l join endpoint n on n.id = l.endpoint_id join conversation v on v.id = l.conversation_id
      where v.account_id <> n.account_id`,
  },
  {
    // Deliveries are kept for a day at least. An act that began before its webhook was changed may end after it.
    name: 'webhooks-told',
    says: 'Every event that a webhook wants, a minute after it was last changed and later, has its delivery: of the last day with events.',
    sql: `select concat(n.id, ' ', e.id) as id from endpoint n
        join event e on e.account_id = n.account_id and e.happened_at > n.updated_at + interval 1 minute
          and e.happened_at > (select max(happened_at) from event) - interval 1 day
        left join delivery d on d.effect_key = concat(n.id, ':', e.id)
      where n.kind = 'webhook' and n.state = 'enabled' and d.id is null and e.type in (${TOLD}) and ${WANTED}`,
  },
];
