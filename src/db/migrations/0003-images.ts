// Image tasks: the task, every attempt at a step of it, what the contact said to it, payments, stored pictures and the contact's
// profile; alarms; and leases of jobs that call the outside. "One open task" is a unique key over a column that is null when over.
import { Migration } from '@mikro-orm/migrations';

const ID = 'char(26) character set ascii collate ascii_bin';
const WORD = (length: number) => `varchar(${length}) character set ascii collate ascii_bin`;
const EXTERNAL = 'varchar(128) character set utf8mb4 collate utf8mb4_bin';
const TABLE = 'engine = InnoDB default character set utf8mb4 collate utf8mb4_unicode_ci';
const OPEN = "state in ('pending', 'processing', 'awaiting_confirm', 'revision')";

export class Images extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const STATEMENTS = [
  `alter table job
    add column lease ${ID} null comment 'of the run that calls the outside for it',
    add column leased_until datetime(3) null,
    add key job_lease (state, leased_until),
    add constraint job_running_is_leased check ((state = 'running') = (lease is not null)),
    add constraint job_lease_ends check ((lease is not null) = (leased_until is not null))`,

  `alter table conversation add column image_task_id ${ID} null comment 'the open image task, which hears what the contact says'`,

  `create table stored_file (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    contact_id ${ID} not null,
    hash char(64) character set ascii collate ascii_bin not null comment 'SHA-256 of the bytes, and their name in the store',
    bytes int unsigned not null,
    media_type ${WORD(60)} not null,
    width int unsigned null,
    height int unsigned null,
    name varchar(120) not null,
    created_at datetime(3) not null,
    key stored_file_hash (hash),
    constraint stored_file_account foreign key (account_id) references account (id),
    constraint stored_file_contact foreign key (contact_id) references contact (id)
  ) ${TABLE}`,

  `create table image_task (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    contact_id ${ID} not null,
    conversation_id ${ID} not null,
    state ${WORD(16)} not null,
    open_in ${ID} null comment 'the conversation while the task is open',
    operation ${WORD(16)} not null,
    source varchar(2048) character set utf8mb4 collate utf8mb4_bin not null,
    requirements mediumtext not null,
    quote varchar(200) null comment 'JSON: from, to, currency, complexity',
    order_id ${EXTERNAL} null,
    paid_at datetime(3) null,
    round int unsigned not null default 0 comment 'grows whenever the work begins',
    revisions int unsigned not null default 0,
    submitted varchar(2048) character set utf8mb4 collate utf8mb4_bin null comment 'where the result of somebody else is fetched from',
    original_file_id ${ID} null,
    result_file_id ${ID} null,
    preview_file_id ${ID} null,
    score int unsigned null,
    email varchar(254) null,
    mail_state ${WORD(8)} not null,
    asked text null comment 'JSON: the question that is open to the contact',
    asked_at datetime(3) null comment 'what the contact says from then on may be an answer',
    people_told boolean not null default false,
    reason varchar(500) null,
    deadline_at datetime(3) null,
    created_at datetime(3) not null,
    updated_at datetime(3) not null,
    ended_at datetime(3) null,
    unique key image_task_open (open_in),
    key image_task_account (account_id, state, id),
    key image_task_contact (contact_id, id),
    key image_task_due (state, deadline_at, id),
    constraint image_task_state_known check (state in ('pending', 'processing', 'awaiting_confirm', 'revision', 'failed', 'completed', 'cancelled')),
    constraint image_task_open_is_open check ((${OPEN}) = (open_in is not null)),
    constraint image_task_open_is_own check (open_in is null or open_in = conversation_id),
    constraint image_task_open_has_end check ((${OPEN}) = (deadline_at is not null)),
    constraint image_task_over_has_end check ((${OPEN}) = (ended_at is null)),
    constraint image_task_mail_known check (mail_state in ('none', 'wanted', 'sent', 'refused', 'unknown')),
    constraint image_task_mail_has_address check (mail_state in ('none', 'refused') or email is not null),
    constraint image_task_worked_on_has_round check (state in ('pending', 'failed', 'cancelled') or round > 0),
    constraint image_task_conversation foreign key (conversation_id) references conversation (id),
    constraint image_task_contact_known foreign key (contact_id) references contact (id)
  ) ${TABLE}`,

  `create table image_attempt (
    id ${ID} not null primary key,
    task_id ${ID} not null,
    job_id ${ID} not null,
    step ${WORD(12)} not null,
    round int unsigned not null,
    number int unsigned not null,
    state ${WORD(12)} not null,
    maker ${WORD(12)} null comment 'who was asked: a provider, the mail server, upstream',
    model varchar(80) null,
    recipient varchar(254) null,
    message_id varchar(200) character set ascii collate ascii_bin null,
    sending_at datetime(3) null comment 'of a mail: from then on it may have gone out',
    code ${WORD(40)} null,
    detail varchar(500) null,
    quality text null comment 'JSON: score, failed checks with their reasons',
    score int unsigned null,
    file_id ${ID} null,
    preview_file_id ${ID} null,
    began_at datetime(3) not null,
    ended_at datetime(3) null,
    unique key image_attempt_number (task_id, step, round, number),
    constraint image_attempt_step_known check (step in ('fetch', 'analysis', 'processing', 'checking', 'mail')),
    constraint image_attempt_state_known check (state in ('begun', 'done', 'failed', 'lost', 'interrupted', 'unknown')),
    constraint image_attempt_begun_has_no_end check ((state = 'begun') = (ended_at is null)),
    constraint image_attempt_task foreign key (task_id) references image_task (id)
  ) ${TABLE}`,

  `create table image_reply (
    id ${ID} not null primary key,
    task_id ${ID} not null,
    heard_as varchar(200) character set utf8mb4 collate utf8mb4_bin not null comment 'the message, or the name that upstream gave the reply',
    understood ${WORD(16)} not null,
    rule ${WORD(60)} null,
    words varchar(1000) not null,
    said_at datetime(3) not null,
    created_at datetime(3) not null,
    unique key image_reply_once (task_id, heard_as),
    constraint image_reply_task foreign key (task_id) references image_task (id)
  ) ${TABLE}`,

  `create table payment (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    contact_id ${ID} not null,
    order_id ${EXTERNAL} not null,
    task_id ${ID} null,
    amount decimal(12, 2) null,
    currency char(3) character set ascii collate ascii_bin null,
    outcome ${WORD(16)} not null,
    created_at datetime(3) not null,
    unique key payment_order (account_id, order_id),
    key payment_contact (contact_id, id),
    constraint payment_contact_known foreign key (contact_id) references contact (id)
  ) ${TABLE}`,

  `create table image_profile (
    contact_id ${ID} not null primary key,
    account_id ${ID} not null,
    heard_to bigint unsigned not null default 0 comment 'messages up to this one were listened to',
    requirements text not null comment 'JSON: what was asked for, the newest last',
    complexities text not null comment 'JSON: of the pictures so far, the newest last',
    orders int unsigned not null default 0,
    completed int unsigned not null default 0,
    cancelled int unsigned not null default 0,
    revisions int unsigned not null default 0,
    last_image varchar(2048) character set utf8mb4 collate utf8mb4_bin null,
    last_image_at datetime(3) null,
    last_analysis text null,
    email varchar(254) null,
    email_state ${WORD(8)} not null,
    updated_at datetime(3) not null,
    constraint image_profile_email_known check (email_state in ('none', 'sent', 'refused', 'unknown')),
    constraint image_profile_contact foreign key (contact_id) references contact (id)
  ) ${TABLE}`,

  `create table alarm (
    id ${ID} not null primary key,
    fold_key char(64) character set ascii collate ascii_bin not null comment 'SHA-256 of what makes two alarms equal',
    code ${WORD(40)} not null,
    detail varchar(1000) not null,
    account_id ${ID} null,
    conversation_id ${ID} null,
    waiting int unsigned not null comment 'raised since it was last sent',
    total int unsigned not null,
    first_at datetime(3) not null comment 'of those that wait',
    last_at datetime(3) not null,
    due_at datetime(3) null comment 'null while none waits',
    sent_at datetime(3) null,
    unique key alarm_fold (fold_key),
    key alarm_due (due_at),
    constraint alarm_waits_is_due check ((waiting > 0) = (due_at is not null))
  ) ${TABLE}`,
];
