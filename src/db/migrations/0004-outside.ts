// What connects Baton to systems outside: endpoints with their circuits, deliveries with every attempt at them, whose conversation
// there is whose here, and how far each source was read. Topics that a language model found in messages.
import { Migration } from '@mikro-orm/migrations';

const ID = 'char(26) character set ascii collate ascii_bin';
const WORD = (length: number) => `varchar(${length}) character set ascii collate ascii_bin`;
const EXTERNAL = 'varchar(128) character set utf8mb4 collate utf8mb4_bin';
const TABLE = 'engine = InnoDB default character set utf8mb4 collate utf8mb4_unicode_ci';

/**
 * MySQL 9.7 lets a row refer to nothing where a key that begins with the referring column holds a null further on: here no key does.
 */
export class Outside extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const STATEMENTS = [
  `create table endpoint (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    kind ${WORD(12)} not null,
    channel ${WORD(12)} null comment 'its kind, where the account has one of it at most; null once it is removed',
    name varchar(120) not null,
    url varchar(2048) character set utf8mb4 collate utf8mb4_bin not null,
    events text null comment 'JSON: of a webhook, the events that it is told',
    settings text not null comment 'JSON, by its kind; nothing in it is secret',
    secrets text not null comment 'JSON, sealed',
    state ${WORD(8)} not null,
    reason varchar(500) null comment 'why it is disabled',
    created_at datetime(3) not null,
    updated_at datetime(3) not null,
    removed_at datetime(3) null comment 'it waits for its deliveries and links to be removed',
    unique key endpoint_channel (channel, account_id),
    key endpoint_account (account_id, state, id),
    key endpoint_removed (removed_at),
    constraint endpoint_kind_known check (kind in ('webhook', 'chatwoot', 'wecom')),
    constraint endpoint_channel_is_kind check ((kind = 'webhook' or removed_at is not null) = (channel is null) and (channel is null or channel = kind)),
    constraint endpoint_webhook_has_events check ((kind = 'webhook') = (events is not null)),
    constraint endpoint_state_known check (state in ('enabled', 'disabled')),
    constraint endpoint_removed_is_disabled check (removed_at is null or state = 'disabled'),
    constraint endpoint_of_account foreign key (account_id) references account (id)
  ) ${TABLE}`,

  `create table circuit (
    endpoint_id ${ID} not null primary key,
    failures int unsigned not null default 0 comment 'in a row',
    failing_since datetime(3) null,
    open_until datetime(3) null comment 'nothing is sent before; then one is, to see',
    pauses int unsigned not null default 0 comment 'in a row, each longer than the one before',
    paused_until datetime(3) null comment 'the other side has had enough from us',
    paused_since datetime(3) null,
    last_code ${WORD(60)} null,
    succeeded_at datetime(3) null,
    alarmed boolean not null default false,
    constraint circuit_fails_since check ((failures > 0) = (failing_since is not null)),
    constraint circuit_paused_since check (paused_until is null or paused_since is not null),
    constraint circuit_opens_on_failure check (open_until is null or failures > 0),
    constraint circuit_of_endpoint foreign key (endpoint_id) references endpoint (id) on delete cascade
  ) ${TABLE}`,

  `create table delivery (
    id bigint unsigned not null auto_increment primary key comment 'in a lane, the order',
    endpoint_id ${ID} not null,
    account_id ${ID} not null,
    conversation_id ${ID} null,
    lane ${WORD(40)} not null comment 'what must arrive one after the other',
    effect ${WORD(24)} not null,
    effect_key varchar(190) character set ascii collate ascii_bin not null,
    event_id ${ID} null,
    payload text null comment 'JSON; what is secret in it is sealed',
    state ${WORD(10)} not null,
    sending_lane ${WORD(40)} null comment 'the lane while it is sent: one at a time',
    doubt boolean not null default false comment 'an earlier attempt may have been carried out',
    attempts int unsigned not null default 0,
    due_at datetime(3) not null,
    expires_at datetime(3) not null comment 'tried until then',
    lease ${ID} null,
    leased_until datetime(3) null,
    external_id ${EXTERNAL} null comment 'what the other side calls it',
    code ${WORD(60)} null,
    detail varchar(500) null,
    created_at datetime(3) not null,
    ended_at datetime(3) null,
    unique key delivery_effect (effect_key),
    unique key delivery_lane_sends_one (sending_lane, endpoint_id),
    key delivery_lane (endpoint_id, lane, state, id),
    key delivery_due (endpoint_id, state, due_at, id, lane),
    key delivery_of_account (account_id, id),
    key delivery_of_account_state (account_id, state, id),
    key delivery_of_endpoint (endpoint_id, id),
    key delivery_of_conversation (conversation_id, id),
    key delivery_state (state, due_at),
    key delivery_lease (state, leased_until),
    key delivery_external (external_id, endpoint_id),
    key delivery_ended (state, ended_at),
    constraint delivery_state_known check (state in ('pending', 'sending', 'delivered', 'skipped', 'failed', 'unknown')),
    constraint delivery_sends_in_lane check ((state = 'sending') = (sending_lane is not null) and (sending_lane is null or sending_lane = lane)),
    constraint delivery_sending_is_leased check ((state = 'sending') = (lease is not null) and (lease is not null) = (leased_until is not null)),
    constraint delivery_ended_when_over check ((state in ('pending', 'sending')) = (ended_at is null)),
    constraint delivery_to_endpoint foreign key (endpoint_id) references endpoint (id) on delete cascade
  ) ${TABLE}`,

  `create table delivery_attempt (
    id bigint unsigned not null auto_increment primary key,
    delivery_id bigint unsigned not null,
    number int unsigned not null,
    lease ${ID} not null,
    outcome ${WORD(12)} not null,
    status int unsigned null comment 'of HTTP, where there was one',
    code ${WORD(60)} null,
    detail varchar(500) null,
    began_at datetime(3) not null,
    ended_at datetime(3) null,
    unique key delivery_attempt_number (delivery_id, number),
    constraint delivery_attempt_outcome_known check (outcome in ('begun', 'delivered', 'skipped', 'failed', 'unknown')),
    constraint delivery_attempt_ends check ((outcome = 'begun') = (ended_at is null)),
    constraint delivery_attempt_of_delivery foreign key (delivery_id) references delivery (id) on delete cascade
  ) ${TABLE}`,

  `create table conversation_link (
    id ${ID} not null primary key,
    endpoint_id ${ID} not null,
    external_id ${EXTERNAL} not null comment 'their conversation; of WeCom customer service, the customer',
    conversation_id ${ID} not null,
    contact_external_id ${EXTERNAL} null comment 'what they call the contact',
    inbox ${EXTERNAL} null comment 'where there it came in',
    platform ${WORD(60)} null comment 'the channel behind theirs',
    status ${WORD(12)} null comment 'as it is known to be there',
    status_at datetime(3) null comment 'by our clock: when they set it; or we, while they have not shown it yet',
    shown_at datetime(3) null comment 'by their clock, of the latest that they have shown',
    replaced ${WORD(12)} null comment 'the status that ours has taken the place of, until they show ours',
    heard_at datetime(3) null comment 'the contact’s last word there',
    created_at datetime(3) not null,
    updated_at datetime(3) not null,
    unique key conversation_link_external (endpoint_id, external_id),
    key conversation_link_own (conversation_id, endpoint_id, id),
    constraint conversation_link_endpoint foreign key (endpoint_id) references endpoint (id) on delete cascade,
    constraint conversation_link_conversation foreign key (conversation_id) references conversation (id)
  ) ${TABLE}`,

  `create table reading_place (
    endpoint_id ${ID} not null,
    source ${EXTERNAL} not null comment 'what is read page by page',
    place varchar(200) character set ascii collate ascii_bin not null,
    read_at datetime(3) not null,
    primary key (endpoint_id, source),
    constraint reading_place_endpoint foreign key (endpoint_id) references endpoint (id) on delete cascade
  ) ${TABLE}`,

  'alter table message add column begins_topic boolean not null default false',
  'alter table session add column begins_topic boolean not null default false',

  // What was held for an address that settings named: nobody can prove to it who sends.
  `update job set state = 'failed', finished_at = created_at, error = 'This was held for an address in the settings of the account, which is no more; make a webhook endpoint. What happened stands on the streams.'
    where state = 'held'`,
  'alter table job drop constraint job_state_known',
  "alter table job add constraint job_state_known check (state in ('accepted', 'running', 'done', 'failed'))",
  "update account set settings = json_remove(settings, '$.robotWebhook') where json_contains_path(settings, 'one', '$.robotWebhook')",
];
