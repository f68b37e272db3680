// What must always be true of image tasks and of work that calls the outside. As in invariants.ts, each is a query that finds what
// breaks it, with an `id` to look for.
import { AUTOMATIC } from '../domain/images/resume-images.ts';
import type { Invariant } from './turn-invariants.ts';

const OPEN = "('pending', 'processing', 'awaiting_confirm', 'revision')";
const ALL_KEPT = 'not exists (select 1 from stream where floor > 0)';
const TASK_OF_EVENT =
  "cast(json_unquote(json_extract(data, '$.taskId')) as char(26) character set ascii) collate ascii_bin";
const TASK_OF_JOB =
  "cast(json_unquote(json_extract(payload, '$.taskId')) as char(26) character set ascii) collate ascii_bin";

export const IMAGE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'image-open',
    says: 'A conversation knows the open image task of its contact, and no other.',
    sql: `select v.id from conversation v left join image_task t on t.open_in = v.id where not (v.image_task_id <=> t.id)`,
  },
  {
    name: 'image-next',
    says: 'Where the next step of an image task is surely ours, a job is there to make it.',
    sql: `select t.id from image_task t join account a on a.id = t.account_id
      left join (select distinct ${TASK_OF_JOB} as task_id from job where kind = 'image-task' and state in ('accepted', 'running', 'failed')
        and payload like '%taskId%') j on j.task_id = t.id
      where (t.state = 'awaiting_confirm' and t.mail_state = 'wanted' or t.state in ('pending', 'processing') and t.original_file_id is null
        or t.state = 'processing' and (t.submitted is not null or ${AUTOMATIC})) and j.task_id is null`,
  },
  {
    name: 'image-attempts',
    says: 'A task has one attempt under way at most, whose job is not done; results and pictures are there.',
    sql: `select task_id as id from image_attempt where state = 'begun' group by task_id having count(*) > 1
      union all select a.id from image_attempt a left join job j on j.id = a.job_id where a.state = 'begun' and (j.id is null or j.state = 'done')
      union all select t.id from image_task t left join stored_file f on f.id = t.result_file_id
      where t.state in ('awaiting_confirm', 'revision', 'completed') and f.id is null
      union all select t.id from image_task t left join stored_file f on f.id = t.original_file_id where t.original_file_id is not null and f.id is null`,
  },
  {
    name: 'image-results-once',
    says: 'The result that the contact is asked to confirm was sent to them: in one message, since its name is the round’s.',
    sql: `select t.id from image_task t left join message m on m.account_id = t.account_id and m.external_id = concat('baton:image:', t.id, ':', t.round)
      where t.state in ('awaiting_confirm', 'revision', 'completed') and m.id is null`,
  },
  {
    name: 'image-mailed-once',
    says: 'What was mailed was mailed once to an address, and a task is completed only when it was, or the contact says so.',
    sql: `select max(id) as id from image_attempt where step = 'mail' and state = 'done' group by task_id, recipient, round having count(*) > 1
      union all select t.id from image_task t where (t.state = 'completed') <> (t.mail_state = 'sent')
      union all select id from image_task where mail_state = 'wanted' and state in ('failed', 'cancelled', 'completed')
      union all select t.id from image_task t where t.state = 'completed'
        and not exists (select 1 from image_attempt a where a.task_id = t.id and a.step = 'mail' and a.state in ('done', 'unknown'))`,
  },
  {
    name: 'image-moves-told',
    says: 'The events of an image task say each of its moves once.',
    sql: `select t.id from image_task t left join
        (select ${TASK_OF_EVENT} as task_id, sum(type = 'image_task.created') as created, sum(type = 'image_task.processing') as processing,
          sum(type = 'image_task.completed') as completed, sum(type = 'image_task.cancelled') as cancelled,
          sum(type = 'image_task.failed') as failed from event where type like 'image_task.%' group by task_id) e on e.task_id = t.id
      where ${ALL_KEPT} and (coalesce(e.created, 0) <> 1 or e.processing <> t.round or e.completed <> (t.state = 'completed')
        or e.cancelled <> (t.state = 'cancelled') or t.state = 'failed' and e.failed = 0)`,
  },
  {
    name: 'image-payments',
    says: 'A task that is paid has its payment, and what was paid for a task is of the same contact.',
    sql: `select t.id from image_task t left join payment p on p.account_id = t.account_id and p.order_id = t.order_id and p.task_id = t.id
      where t.paid_at is not null and p.id is null
      union all select p.id from payment p left join image_task t on t.id = p.task_id
      where p.task_id is not null and (t.id is null or t.contact_id <> p.contact_id)`,
  },
  {
    name: 'image-deadlines',
    says: 'Every open image task has a deadline.',
    sql: `select id from image_task where state in ${OPEN} and deadline_at is null`,
  },
  {
    name: 'alarms-wait',
    says: 'Alarms that wait to be told have a job that tells them.',
    sql: `select id from alarm where waiting > 0 and not exists (select 1 from job where kind = 'alarm' and state in ('accepted', 'running', 'failed'))`,
  },
];
