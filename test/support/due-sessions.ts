// Robot sessions in masses, each alone in its conversation, whose deadlines come when the test says; as if they had been asked for.

import { deskOrder } from '../../src/domain/conversations/desk-order.ts';
import { newId } from '../../src/domain/ids.ts';
import { insertRows } from '../../src/domain/rows.ts';
import type { World } from './world.ts';

const CALM = { pinned: false, urgency: 1, handRaised: false, needIntervene: false, emotion: 'neutral' } as const;

/** @returns the ids of the sessions, in the order of their numbers. */
export async function seedDueSessions(
  world: World,
  account: string,
  count: number,
  deadlineOf: (number: number) => Date,
): Promise<string[]> {
  const em = world.kernel.orm.em.fork();
  const now = world.kernel.clock();
  const all = Array.from({ length: count }, (_, number) => ({
    contact: newId(),
    conversation: newId(),
    session: newId(),
    event: newId(),
    deadlineAt: deadlineOf(number),
  }));
  const times = { created_at: now, updated_at: now };
  const contacts = all.map(({ contact: id }) => ({
    id,
    account_id: account,
    external_id: id,
    kind: 'customer',
    ...times,
  }));
  await insertRows(em, 'contact', contacts);
  const conversations = all.map(({ conversation: id, contact }) => ({
    id,
    account_id: account,
    contact_id: contact,
    epoch: 1,
    status: 'ai_handling',
    desk_order: deskOrder(CALM, 'ai_handling', 0),
    ...times,
  }));
  await insertRows(em, 'conversation', conversations);
  const sessions = all.map(({ session: id, conversation, deadlineAt }) => ({
    id,
    account_id: account,
    conversation_id: conversation,
    kind: 'auto_customer_service',
    level: 3,
    state: 'active',
    origin: 'requested',
    heard: 'robot',
    active_in: conversation,
    first_at: now,
    last_at: now,
    opened_at: now,
    deadline_at: deadlineAt,
  }));
  await insertRows(em, 'session', sessions);
  await insertOpened(world, account, all, now);
  return all.map(({ session }) => session);
}

type Opened = { readonly conversation: string; readonly session: string; readonly event: string };

async function insertOpened(world: World, account: string, all: readonly Opened[], now: Date): Promise<void> {
  const em = world.kernel.orm.em.fork();
  const events = all.map(({ event: id, conversation, session }) => ({
    id,
    type: 'session.opened',
    account_id: account,
    conversation_id: conversation,
    data: JSON.stringify({ sessionId: session, state: 'active' }),
    happened_at: now,
  }));
  await insertRows(em, 'event', events);
  const places = all.flatMap(({ conversation, session, event }) =>
    [`conversation:${conversation}`, `session:${session}`].map((name) => ({ name, event })),
  );
  const streams = places.map(({ name }) => ({ name, epoch: world.kernel.epoch, head: 1 }));
  await insertRows(em, 'stream', streams);
  await insertRows(
    em,
    'stream_entry',
    places.map(({ name: stream, event }) => ({ stream, seq: 1, event_id: event })),
  );
}
