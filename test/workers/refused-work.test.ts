// Work that the domain refuses fails at once and for good, until somebody asks for it again; work that nobody woke is found.
import { expect, test } from 'vitest';
import { runAct } from '../../src/act.ts';
import { newId } from '../../src/domain/ids.ts';
import { planJob } from '../../src/domain/jobs/plan-job.ts';
import { backoff } from '../../src/workers/perform.ts';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open();
const account = await world.account();
const ACTOR = { type: 'system', id: 'test' } as const;

/** Plans routing for a conversation that is not there. */
async function hopeless(): Promise<string> {
  return runAct(world.kernel, ACTOR, async (act) => {
    planJob(act, 'route-conversation', account, { conversationId: newId() });
    return act.planned[0]?.id ?? '';
  });
}

test('refused work fails at the first attempt, is told to operators, and can be asked for again', async () => {
  const id = await hopeless();
  const failed = await world.must('GET', `/v1/jobs/${id}`, undefined, { headers: { Prefer: 'wait=10' } });
  expect(failed).toMatchObject({ state: 'failed', attempts: 1, error: expect.stringContaining('no conversation') });
  const retried = await world.call('POST', `/v1/jobs/${id}/retry`);
  expect(retried).toMatchObject({ status: 202, body: { state: 'accepted', error: null } });
  await until(async () => (await world.must('GET', `/v1/jobs/${id}`)).attempts === 2, 10, 'it was not tried again');
  const { events } = await world.must('GET', '/v1/streams/ops/events');
  const told = events.filter((event: Json) => event.type === 'job.failed' && event.data.jobId === id);
  expect(told).toHaveLength(2);
});

test('work whose wake was lost is found by the sweep and done once', async () => {
  const id = newId();
  const due = new Date(world.kernel.clock().getTime() - 60_000);
  const payload = JSON.stringify({ messages: [world.message(account, 'late')] });
  const sql = `insert into job (id, kind, state, payload, size, due_at, created_at) values (?, 'ingest-batch', 'accepted', ?, 1, ?, ?)`;
  await world.sql(sql, [id, payload, due, due]);
  const job = await world.must('GET', `/v1/jobs/${id}`, undefined, { headers: { Prefer: 'wait=10' } });
  expect(job).toMatchObject({ state: 'done', result: { stored: 1 } });
  expect(await world.broken()).toEqual([]);
});

test('pauses between attempts grow, never above half a minute, and never to nothing', () => {
  for (let attempt = 1; attempt <= 40; attempt += 1) {
    const full = Math.min(30_000, 200 * 2 ** (attempt - 1));
    expect(backoff(attempt)).toBeGreaterThanOrEqual(full / 2);
    expect(backoff(attempt)).toBeLessThanOrEqual(full);
  }
});
