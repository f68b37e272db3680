// Migrations on a real server: from nothing, again, and by several processes at once; and what the tables themselves refuse.
import { expect, test } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { makeOrm } from '../../src/db/orm.ts';
import { newId } from '../../src/domain/ids.ts';
import { type Json, World } from '../support/world.ts';

const world = await World.open({ workers: 0 });

test('a database that is up to date stays as it is, however many ask at once', async () => {
  const [before] = await world.sql('select epoch from installation');
  const ran = await Promise.all(Array.from({ length: 4 }, () => migrate(world.config.DATABASE_URL)));
  expect(ran.flat()).toEqual([]);
  expect(await world.sql('select epoch from installation')).toEqual([before]);
});

test('several processes that meet an empty server bring it up once', async () => {
  const url = new URL(world.config.DATABASE_URL);
  url.pathname = `/baton_test_${newId().toLowerCase()}`;
  try {
    const ran = await Promise.all(Array.from({ length: 3 }, () => migrate(url.href)));
    expect(ran.flat().filter((name) => name === '0001-foundation')).toHaveLength(1);
  } finally {
    await world.sql(`drop database if exists ${url.pathname.slice(1)}`);
  }
});

test('a database with work of every state is brought to the images, and keeps it', async () => {
  const url = new URL(world.config.DATABASE_URL);
  url.pathname = `/baton_test_${newId().toLowerCase()}`;
  await world.sql(`create database ${url.pathname.slice(1)} character set utf8mb4`);
  const orm = await makeOrm(url.href, 2);
  try {
    await orm.migrator.up({ to: '0002-turns' });
    const states = ['accepted', 'done', 'failed', 'held'];
    const insert =
      "insert into job (id, kind, state, payload, due_at, created_at, finished_at) values (?, 'delivery', ?, '{}', now(3), now(3), if(? in ('done', 'failed'), now(3), null))";
    for (const state of states) await orm.em.fork().execute(insert, [newId(), state, state]);
    expect(await migrate(url.href)).toEqual(['0003-images', '0004-outside']);
    const kept = await orm.em.fork().execute('select state, lease, error from job order by state, error');
    expect(kept).toMatchObject([
      { state: 'accepted', lease: null, error: null },
      { state: 'done', lease: null, error: null },
      { state: 'failed', lease: null, error: null },
      { state: 'failed', lease: null, error: expect.stringMatching('^This was held') },
    ]);
  } finally {
    await orm.close();
    await world.sql(`drop database if exists ${url.pathname.slice(1)}`);
  }
});

/** A conversation with one active session, as rows. */
async function conversation(): Promise<{ account: string; id: string; session: Json }> {
  const account = await world.account({ firstHandler: 'robot' });
  const [contact, id, now] = [newId(), newId(), world.kernel.clock()];
  await world.sql(
    "insert into contact (id, account_id, external_id, kind, created_at, updated_at) values (?, ?, ?, 'customer', ?, ?)",
    [contact, account, contact, now, now],
  );
  await world.sql(
    "insert into conversation (id, account_id, contact_id, status, desk_order, created_at, updated_at) values (?, ?, ?, 'resolved', 0, ?, ?)",
    [id, account, contact, now, now],
  );
  const session = {
    id: newId(),
    account_id: account,
    conversation_id: id,
    kind: 'auto_customer_service',
    level: 3,
    state: 'active',
    origin: 'inferred',
    active_in: id,
    first_at: now,
    last_at: now,
    deadline_at: now,
    opened_at: now,
    ended_at: null,
  };
  await insert('session', session);
  return { account, id, session };
}

function insert(table: string, row: Record<string, unknown>): Promise<unknown> {
  const columns = Object.keys(row);
  const slots = columns.map(() => '?').join(', ');
  return world.sql(`insert into ${table} (${columns.join(', ')}) values (${slots})`, Object.values(row));
}

test.each([
  ['a second session on the floor', {}],
  ['one that is active without the floor', { active_in: null }],
  ['one that has the floor and is not active', { state: 'paused' }],
  ['an open one without a deadline', { state: 'pending', active_in: null, deadline_at: null }],
  ['one that is over without an end', { state: 'completed', active_in: null, deadline_at: null }],
  ['an unknown state', { state: 'sleeping', active_in: null }],
  ['the floor of another conversation', { active_in: newId() }],
])('the table of sessions refuses %s', async (_what, fields) => {
  const { session } = await conversation();
  await expect(insert('session', { ...session, id: newId(), ...fields })).rejects.toThrow();
});

test('the table of assignments refuses a seat that is taken, a second server, and one without a session', async () => {
  const { account, id, session } = await conversation();
  const [agent, other] = [await world.agent([account]), await world.agent([account])];
  const row = {
    id: newId(),
    account_id: account,
    conversation_id: id,
    session_id: session.id,
    agent_id: agent.id,
    state: 'serving',
    seat: 0,
    serves: session.id,
    created_at: world.kernel.clock(),
    ended_at: null,
  };
  await insert('assignment', row);
  for (const bad of [
    { agent_id: other.id },
    { state: 'offered', serves: null },
    { agent_id: other.id, session_id: newId(), serves: null, state: 'offered' },
    { state: 'released', seat: 1, serves: null, ended_at: row.created_at },
  ])
    await expect(insert('assignment', { ...row, id: newId(), ...bad })).rejects.toThrow();
});
