// The list of entities and the settings of the connection pool: one MikroORM for MySQL and MariaDB.
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/mysql';
import { Account } from '../domain/accounts/account.ts';
import { ApiKey } from '../domain/accounts/api-key.ts';
import { Agent } from '../domain/agents/agent.ts';
import { Alarm } from '../domain/alarms/alarm.ts';
import { Assignment } from '../domain/assignments/assignment.ts';
import { ConversationLink } from '../domain/channels/conversation-link.ts';
import { Connection } from '../domain/connections/connection.ts';
import { Contact } from '../domain/contacts/contact.ts';
import { Collaborator } from '../domain/conversations/collaborator.ts';
import { Conversation } from '../domain/conversations/conversation.ts';
import { Participant } from '../domain/conversations/participant.ts';
import { Circuit } from '../domain/deliveries/circuit.ts';
import { Delivery } from '../domain/deliveries/delivery.ts';
import { DeliveryAttempt } from '../domain/deliveries/delivery-attempt.ts';
import { Endpoint } from '../domain/endpoints/endpoint.ts';
import { Event } from '../domain/events/event.ts';
import { ImageAttempt } from '../domain/images/image-attempt.ts';
import { ImageProfile } from '../domain/images/image-profile.ts';
import { ImageReply } from '../domain/images/image-reply.ts';
import { ImageTask } from '../domain/images/image-task.ts';
import { Payment } from '../domain/images/payment.ts';
import { StoredFile } from '../domain/images/stored-file.ts';
import { Job } from '../domain/jobs/job.ts';
import { Message } from '../domain/messages/message.ts';
import { RouteDecision } from '../domain/routing/route-decision.ts';
import { Session } from '../domain/sessions/session.ts';
import { Transfer } from '../domain/transfers/transfer.ts';
import { Foundation } from './migrations/0001-foundation.ts';
import { Turns } from './migrations/0002-turns.ts';
import { Images } from './migrations/0003-images.ts';
import { Outside } from './migrations/0004-outside.ts';
import { socketsWithLimit } from './silence.ts';

const ENTITIES = [
  Account,
  ApiKey,
  Agent,
  Alarm,
  Assignment,
  Circuit,
  Collaborator,
  Connection,
  Contact,
  Conversation,
  ConversationLink,
  Delivery,
  DeliveryAttempt,
  Endpoint,
  Event,
  ImageAttempt,
  ImageProfile,
  ImageReply,
  ImageTask,
  Job,
  Message,
  Participant,
  Payment,
  RouteDecision,
  Session,
  StoredFile,
  Transfer,
];
const MIGRATIONS = [
  { name: '0001-foundation', class: Foundation },
  { name: '0002-turns', class: Turns },
  { name: '0003-images', class: Images },
  { name: '0004-outside', class: Outside },
];

/**
 * Nothing is connected yet.
 * @param pool connections at most; requests beyond ten times that many wait no longer, but fail.
 * @param silenceSeconds after which a connection that says nothing is given up; left out where statements may take long.
 */
export function makeOrm(databaseUrl: string, pool: number, silenceSeconds?: number): Promise<MikroORM> {
  const url = new URL(databaseUrl);
  return MikroORM.init({
    entities: ENTITIES,
    clientUrl: databaseUrl,
    dbName: decodeURIComponent(url.pathname.slice(1)),
    extensions: [Migrator],
    migrations: {
      migrationsList: MIGRATIONS,
      tableName: 'migration',
      snapshot: false,
      transactional: false,
      allOrNothing: false,
    },
    pool: { min: 1, max: pool },
    driverOptions: {
      queueLimit: pool * 10,
      connectTimeout: 2000,
      charset: 'utf8mb4',
      multipleStatements: false,
      // The ORM has put the values in, escaped; the driver would look through each finished statement for gaps once more.
      queryFormat: (sql: string) => sql,
      ...(silenceSeconds === undefined ? {} : { stream: socketsWithLimit(silenceSeconds) }),
    },
    // Shorter than most servers': an act that waits for a lock too long is tried again from the start.
    onCreateConnection: limitLockWait,
    charset: 'utf8mb4',
    timezone: 'Z',
    forceUtcTimezone: true,
    ignoreUndefinedInQuery: false,
    debug: false,
    logger: () => undefined,
  });
}

const LOCK_WAIT_SECONDS = 3;

/** @param connection the query builder's, which the ORM hands over without its type. */
async function limitLockWait(connection: unknown): Promise<void> {
  const { executeQuery } = connection as {
    executeQuery: (query: { sql: string; parameters: readonly unknown[] }) => Promise<unknown>;
  };
  await executeQuery.call(connection, {
    sql: `set session innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`,
    parameters: [],
  });
}
