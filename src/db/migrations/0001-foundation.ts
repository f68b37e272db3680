// The first tables. Portable SQL: MySQL 8.4 and later, MariaDB 10.11 and later.
// Long, since it is all tables at once, and a migration that has run is never cut up.
// Ids are ULIDs, compared byte by byte; what people and platforms write is utf8mb4. External ids compare exactly (utf8mb4_bin).
import { Migration } from '@mikro-orm/migrations';

const ID = 'char(26) character set ascii collate ascii_bin';
const WORD = (length: number) => `varchar(${length}) character set ascii collate ascii_bin`;
const EXTERNAL = 'varchar(128) character set utf8mb4 collate utf8mb4_bin';
const TABLE = 'engine = InnoDB default character set utf8mb4 collate utf8mb4_unicode_ci';

export class Foundation extends Migration {
  override up(): void {
    for (const statement of TABLES) this.addSql(statement);
  }
}

const TABLES = [
  `create table installation (
    id tinyint unsigned not null primary key,
    epoch char(8) character set ascii collate ascii_bin not null,
    constraint installation_is_one check (id = 1)
  ) ${TABLE}`,

  'insert into installation (id, epoch) values (1, lower(hex(random_bytes(4))))',

  `create table account (
    id ${ID} not null primary key,
    platform ${WORD(40)} not null,
    external_id ${EXTERNAL} not null,
    name varchar(120) not null,
    settings json not null,
    created_at datetime(3) not null,
    updated_at datetime(3) not null,
    unique key account_external (platform, external_id)
  ) ${TABLE}`,

  `create table api_key (
    id ${ID} not null primary key,
    name varchar(120) not null,
    secret_hash char(64) character set ascii collate ascii_bin not null,
    scopes json not null,
    accounts json null comment 'null: every account',
    created_at datetime(3) not null,
    expires_at datetime(3) null,
    revoked_at datetime(3) null
  ) ${TABLE}`,

  `create table idempotent_answer (
    principal ${WORD(40)} not null,
    idempotency_key ${EXTERNAL} not null,
    fingerprint char(64) character set ascii collate ascii_bin not null,
    status smallint unsigned not null,
    body mediumtext not null comment 'sealed: an answer may hold a key or a token',
    created_at datetime(3) not null,
    primary key (principal, idempotency_key),
    key idempotent_answer_age (created_at)
  ) ${TABLE}`,

  `create table job (
    id ${ID} not null primary key,
    kind ${WORD(24)} not null,
    state ${WORD(8)} not null,
    account_id ${ID} null,
    principal ${WORD(40)} null,
    accounts json null comment 'what the poster may touch; null: every account',
    idempotency_key ${EXTERNAL} null,
    fingerprint char(64) character set ascii collate ascii_bin null,
    size int unsigned not null default 1 comment 'of a batch: its messages',
    bytes int unsigned not null default 0 comment 'of the payload',
    payload mediumtext not null,
    result mediumtext null,
    error text null,
    attempts int unsigned not null default 0,
    due_at datetime(3) not null,
    created_at datetime(3) not null,
    finished_at datetime(3) null,
    unique key job_idempotency (principal, idempotency_key),
    key job_due (kind, state, attempts, id),
    key job_state (state, due_at),
    key job_finished (finished_at),
    constraint job_state_known check (state in ('accepted', 'running', 'done', 'failed')),
    constraint job_finished_when_over check ((state in ('done', 'failed')) = (finished_at is not null))
  ) ${TABLE}`,

  `create table stream (
    name ${WORD(48)} not null primary key,
    epoch char(8) character set ascii collate ascii_bin not null,
    head bigint unsigned not null,
    floor bigint unsigned not null default 0 comment 'entries up to here were removed by retention'
  ) ${TABLE}`,

  `create table event (
    id ${ID} not null primary key,
    type ${WORD(40)} not null,
    account_id ${ID} null,
    conversation_id ${ID} null,
    actor_type ${WORD(8)} null,
    actor_id ${WORD(40)} null,
    data mediumtext not null,
    happened_at datetime(3) not null,
    key event_conversation (conversation_id, id),
    key event_age (happened_at, id)
  ) ${TABLE}`,

  `create table stream_entry (
    stream ${WORD(48)} not null,
    seq bigint unsigned not null,
    event_id ${ID} not null,
    primary key (stream, seq),
    key stream_entry_event (event_id)
  ) ${TABLE}`,

  `create table connection (
    id ${WORD(40)} not null primary key,
    owner_type ${WORD(8)} not null,
    owner_id ${ID} not null,
    server ${ID} not null,
    generation bigint unsigned not null,
    connected_at datetime(3) not null,
    leased_until datetime(3) not null,
    key connection_owner (owner_type, owner_id, leased_until),
    key connection_server (server),
    key connection_lease (leased_until)
  ) ${TABLE}`,

  `create table contact (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    external_id ${EXTERNAL} not null,
    kind ${WORD(10)} not null,
    name varchar(120) null,
    department varchar(120) null,
    position varchar(120) null,
    level varchar(40) null,
    vip boolean not null default false,
    reachable boolean not null default false,
    generation bigint unsigned not null default 0,
    created_at datetime(3) not null,
    updated_at datetime(3) not null,
    unique key contact_external (account_id, external_id),
    key contact_name (account_id, name),
    constraint contact_kind_known check (kind in ('customer', 'shop', 'employee')),
    constraint contact_account foreign key (account_id) references account (id)
  ) ${TABLE}`,

  `create table agent (
    id ${ID} not null primary key,
    external_id ${EXTERNAL} not null,
    name varchar(120) not null,
    availability ${WORD(8)} not null,
    capacity smallint unsigned not null,
    skills json not null,
    always_reachable boolean not null default false,
    reachable boolean not null default false,
    generation bigint unsigned not null default 0,
    created_at datetime(3) not null,
    updated_at datetime(3) not null,
    unique key agent_external (external_id),
    constraint agent_availability_known check (availability in ('online', 'busy', 'away', 'offline'))
  ) ${TABLE}`,

  `create table agent_account (
    agent_id ${ID} not null,
    account_id ${ID} not null,
    primary key (agent_id, account_id),
    key agent_account_account (account_id),
    constraint agent_account_agent foreign key (agent_id) references agent (id),
    constraint agent_account_account foreign key (account_id) references account (id)
  ) ${TABLE}`,

  `create table conversation (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    contact_id ${ID} not null,
    epoch int unsigned not null default 0,
    status ${WORD(12)} not null,
    pinned boolean not null default false,
    todo boolean not null default false,
    urgency tinyint unsigned not null default 1,
    hand_raised boolean not null default false,
    need_intervene boolean not null default false,
    emotion ${WORD(12)} not null default 'neutral',
    desk_order bigint unsigned not null,
    last_message_at datetime(3) null,
    created_at datetime(3) not null,
    updated_at datetime(3) not null,
    unique key conversation_contact (contact_id),
    key conversation_desk (account_id, desk_order, id),
    key conversation_status (account_id, status, desk_order, id),
    constraint conversation_status_known check (status in ('queued', 'waiting', 'ai_handling', 'serving', 'resolved')),
    constraint conversation_urgency check (urgency between 1 and 5),
    constraint conversation_account foreign key (account_id) references account (id),
    constraint conversation_contact foreign key (contact_id) references contact (id)
  ) ${TABLE}`,

  `create table session (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    conversation_id ${ID} not null,
    kind ${WORD(24)} not null,
    level tinyint unsigned not null,
    state ${WORD(12)} not null,
    origin ${WORD(12)} not null,
    heard ${WORD(8)} null comment 'whose words of ours are in it: robot or human; null: the contact alone',
    active_in ${ID} null,
    merged_into ${ID} null,
    reason varchar(500) null,
    first_at datetime(3) not null comment 'the span: its first message, or its opening',
    last_at datetime(3) not null comment 'the span: its last message, or its end',
    deadline_at datetime(3) null,
    opened_at datetime(3) not null,
    ended_at datetime(3) null,
    unique key session_floor (active_in),
    key session_span (conversation_id, last_at),
    key session_open (conversation_id, ended_at),
    key session_due (state, deadline_at),
    constraint session_state_known check (state in ('pending', 'active', 'paused', 'transferred', 'completed', 'cancelled', 'timeout')),
    constraint session_origin_known check (origin in ('inferred', 'confirmed', 'accepted', 'requested', 'outside')),
    constraint session_active_holds_floor check ((state = 'active') = (active_in is not null)),
    constraint session_floor_is_own check (active_in is null or active_in = conversation_id),
    constraint session_open_has_deadline check ((state in ('completed', 'cancelled', 'timeout')) = (deadline_at is null)),
    constraint session_over_has_end check ((state in ('completed', 'cancelled', 'timeout')) = (ended_at is not null)),
    constraint session_conversation foreign key (conversation_id) references conversation (id)
  ) ${TABLE}`,

  `create table message (
    id bigint unsigned not null auto_increment primary key,
    account_id ${ID} not null,
    external_id ${EXTERNAL} not null,
    conversation_id ${ID} not null,
    session_id ${ID} not null,
    sender ${WORD(8)} not null,
    sender_id ${WORD(40)} null,
    sender_name varchar(120) null,
    type ${WORD(12)} not null,
    content mediumtext not null,
    private boolean not null default false,
    status ${WORD(10)} not null,
    sent_at datetime(3) not null,
    created_at datetime(3) not null,
    unique key message_external (account_id, external_id),
    key message_history (conversation_id, sent_at, id),
    constraint message_sender_known check (sender in ('contact', 'robot', 'human', 'system')),
    constraint message_status_known check (status in ('sent', 'delivered', 'read', 'recalled', 'deleted'))
  ) ${TABLE}`,

  `create table assignment (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    conversation_id ${ID} not null,
    session_id ${ID} not null,
    agent_id ${ID} not null,
    state ${WORD(10)} not null,
    seat smallint unsigned null,
    serves ${ID} null,
    reason varchar(500) null,
    created_at datetime(3) not null,
    ended_at datetime(3) null,
    unique key assignment_seat (agent_id, seat),
    unique key assignment_serves (serves),
    key assignment_session (session_id),
    key assignment_conversation (conversation_id),
    constraint assignment_state_known check (state in ('offered', 'serving', 'declined', 'expired', 'released')),
    constraint assignment_open_has_seat check ((state in ('offered', 'serving')) = (seat is not null)),
    constraint assignment_serving_serves check ((state = 'serving') = (serves is not null)),
    constraint assignment_serves_own check (serves is null or serves = session_id),
    constraint assignment_over_has_end check ((state in ('offered', 'serving')) = (ended_at is null)),
    constraint assignment_session foreign key (session_id) references session (id),
    constraint assignment_agent foreign key (agent_id) references agent (id)
  ) ${TABLE}`,
];
