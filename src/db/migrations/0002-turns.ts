// Turns: what sessions, transfers, offers, labels and members need. Every "at most one" is a unique key over a column that is
// null unless it counts. Long, since it is all tables at once, and a migration that has run is never cut up.
import { Migration } from '@mikro-orm/migrations';

const ID = 'char(26) character set ascii collate ascii_bin';
const WORD = (length: number) => `varchar(${length}) character set ascii collate ascii_bin`;
const EXTERNAL = 'varchar(128) character set utf8mb4 collate utf8mb4_bin';
const TABLE = 'engine = InnoDB default character set utf8mb4 collate utf8mb4_unicode_ci';

export class Turns extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const STATEMENTS = [
  `alter table session
    add column task text null comment 'JSON: what upstream works on, and how far it is',
    add column needs text null comment 'JSON: the skills and the team that are asked for',
    add column on_hold boolean not null default false comment 'paused by wish or for a transfer: comes back only when asked',
    add column robot_slot smallint unsigned null,
    add column active_since datetime(3) null comment 'since when it has the floor',
    add column predecessor_id ${ID} null comment 'the session that it follows or interrupted',
    add column successor_id ${ID} null comment 'of a transferred session: the one that it ends with',
    add unique key session_robot_slot (account_id, robot_slot),
    add key session_waiting (account_id, state, level, opened_at),
    add key session_successor (successor_id),
    add constraint session_hold_is_paused check (on_hold = false or state = 'paused'),
    add constraint session_slot_is_active check (robot_slot is null or (state = 'active' and kind in ('auto_bargain', 'auto_customer_service', 'auto_follow_up'))),
    add constraint session_transferred_has_successor check (state <> 'transferred' or successor_id is not null),
    add constraint session_level_known check (level between 1 and 4),
    add constraint session_robot_level check (level >= 3 or kind in ('manual_urgent', 'manual_customer_service', 'manual_complaint'))`,

  `create table transfer (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    conversation_id ${ID} not null,
    from_session_id ${ID} not null,
    to_session_id ${ID} not null,
    to_agent_id ${ID} null comment 'the one who is asked; null: whoever routing finds',
    state ${WORD(10)} not null,
    open_from ${ID} null,
    open_to ${ID} null,
    requested_by ${WORD(40)} not null,
    reason varchar(500) not null,
    cause text null comment 'JSON: the rule and the words that asked for a person',
    urgency tinyint unsigned not null default 1,
    advice varchar(2000) null,
    hops tinyint unsigned not null default 0 comment 'escalations of this one',
    chain tinyint unsigned not null default 1 comment 'transfers since the contact last spoke',
    bundle mediumtext not null comment 'JSON, frozen at the request',
    return_bundle mediumtext null comment 'JSON, frozen when it was handed back',
    answer varchar(500) null comment 'why it ended',
    was_on_hold boolean not null default false comment 'its session was on hold by wish before',
    asked_since datetime(3) not null comment 'answers before this do not count: each escalation asks everybody again',
    deadline_at datetime(3) null,
    created_at datetime(3) not null,
    ended_at datetime(3) null,
    unique key transfer_open_from (open_from),
    unique key transfer_open_to (open_to),
    key transfer_due (state, deadline_at),
    key transfer_conversation (conversation_id, id),
    constraint transfer_state_known check (state in ('requested', 'accepted', 'declined', 'expired', 'returned', 'cancelled')),
    constraint transfer_open_is_requested check ((state = 'requested') = (open_from is not null) and (state = 'requested') = (open_to is not null)),
    constraint transfer_open_is_own check ((open_from is null or open_from = from_session_id) and (open_to is null or open_to = to_session_id)),
    constraint transfer_open_has_deadline check ((state = 'requested') = (deadline_at is not null)),
    constraint transfer_over_has_end check ((state = 'requested') = (ended_at is null)),
    constraint transfer_from foreign key (from_session_id) references session (id),
    constraint transfer_to foreign key (to_session_id) references session (id)
  ) ${TABLE}`,

  `alter table assignment
    add column offered_for ${ID} null,
    add column decision_id ${ID} null,
    add column deadline_at datetime(3) null,
    add column served_at datetime(3) null comment 'since when the agent serves, or served',
    add unique key assignment_offered (offered_for),
    add key assignment_due (state, deadline_at),
    add key assignment_idle (agent_id, ended_at),
    add key assignment_served (conversation_id, served_at),
    add constraint assignment_offered_is_offer check ((state = 'offered') = (offered_for is not null)),
    add constraint assignment_offers_own check (offered_for is null or offered_for = session_id),
    add constraint assignment_offer_has_deadline check ((state = 'offered') = (deadline_at is not null))`,

  "update assignment set served_at = created_at where state in ('serving', 'released')",

  `alter table agent
    add column teams json null,
    add column missed_offers tinyint unsigned not null default 0 comment 'in a row'`,
  "update agent set teams = '[]'",
  'alter table agent modify column teams json not null',

  `create table robot_gate (
    account_id ${ID} not null primary key comment 'locked while a place for a robot is taken; no row refers to it'
  ) ${TABLE}`,

  `create table route_decision (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    conversation_id ${ID} not null,
    session_id ${ID} not null,
    chosen_agent_id ${ID} null,
    verdict mediumtext not null comment 'JSON: every candidate, and why not',
    decided_at datetime(3) not null,
    key route_decision_conversation (conversation_id, id),
    key route_decision_age (decided_at)
  ) ${TABLE}`,

  'alter table conversation add key conversation_todo (account_id, todo, desk_order, id)',

  `create table conversation_label (
    conversation_id ${ID} not null,
    label varchar(60) character set utf8mb4 collate utf8mb4_bin not null,
    account_id ${ID} not null,
    created_at datetime(3) not null,
    primary key (conversation_id, label),
    key conversation_label_account (account_id, label, conversation_id),
    constraint conversation_label_conversation foreign key (conversation_id) references conversation (id)
  ) ${TABLE}`,

  `create table collaborator (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    conversation_id ${ID} not null,
    session_id ${ID} not null,
    agent_id ${ID} not null,
    state ${WORD(8)} not null,
    open_agent ${ID} null,
    invited_by ${ID} not null,
    reason varchar(500) null,
    created_at datetime(3) not null,
    joined_at datetime(3) null,
    ended_at datetime(3) null,
    unique key collaborator_open (conversation_id, open_agent),
    key collaborator_agent (agent_id, state),
    constraint collaborator_state_known check (state in ('invited', 'joined', 'left', 'ended')),
    constraint collaborator_open_is_member check ((state in ('invited', 'joined')) = (open_agent is not null)),
    constraint collaborator_open_is_own check (open_agent is null or open_agent = agent_id),
    constraint collaborator_over_has_end check ((state in ('invited', 'joined')) = (ended_at is null)),
    constraint collaborator_session foreign key (session_id) references session (id)
  ) ${TABLE}`,

  `create table participant (
    id ${ID} not null primary key,
    account_id ${ID} not null,
    conversation_id ${ID} not null,
    session_id ${ID} not null,
    kind ${WORD(10)} not null,
    external_id ${EXTERNAL} not null,
    name varchar(120) not null,
    avatar varchar(500) null,
    history_mode ${WORD(8)} not null,
    state ${WORD(8)} not null,
    open_as ${EXTERNAL} null,
    invited_by ${ID} not null,
    invitation_hash char(64) character set ascii collate ascii_bin null comment 'of the link; null once it was used or withdrawn',
    invitation_until datetime(3) null,
    history_from bigint unsigned null comment 'messages from this one on were stored after the join and may be read; null before',
    history_since datetime(3) null comment 'of the earlier ones, those from this time and id on; null: none',
    history_since_id bigint unsigned null,
    events_after bigint unsigned null comment 'the place in the stream from which on events may be read',
    created_at datetime(3) not null,
    joined_at datetime(3) null,
    ended_at datetime(3) null,
    unique key participant_open (conversation_id, open_as),
    unique key participant_invitation (invitation_hash),
    constraint participant_kind_known check (kind in ('employee', 'department')),
    constraint participant_history_known check (history_mode in ('recent10', 'all', 'none')),
    constraint participant_state_known check (state in ('invited', 'joined', 'removed', 'left', 'ended')),
    constraint participant_open_is_member check ((state in ('invited', 'joined')) = (open_as is not null)),
    constraint participant_joined_has_place check ((state = 'joined') <= (history_from is not null and events_after is not null)),
    constraint participant_over_has_end check ((state in ('invited', 'joined')) = (ended_at is null)),
    constraint participant_session foreign key (session_id) references session (id)
  ) ${TABLE}`,

  `alter table message
    add column overlapped boolean not null default false comment 'a robot spoke while a person outside did',
    add column status_at datetime(3) null comment 'when its status last changed'`,

  `alter table stream add column guests text character set ascii collate ascii_bin null comment 'ids of the participants who hear it, until they go'`,
  `alter table event modify column actor_type ${WORD(12)} null`,
  `alter table connection modify column owner_type ${WORD(12)} not null`,

  'alter table job drop constraint job_state_known',
  "alter table job add constraint job_state_known check (state in ('accepted', 'running', 'held', 'done', 'failed'))",
];
