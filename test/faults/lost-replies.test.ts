// The reply to a request that was carried out is lost, and the connection with it: whoever asked can not know, asks again, and
// must not do it twice.
import { expect, test } from 'vitest';
import { expectExactlyOnce, makeLoad, postLoad } from '../support/load.ts';
import { startProcess } from '../support/processes.ts';
import { startProxy } from '../support/proxy.ts';
import { withoutSweep } from '../support/without-sweep.ts';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open({ workers: 0 });
const redis = await startProxy(world.config.REDIS_URL);
const database = await startProxy(world.config.DATABASE_URL);
const behind = { ...world.config, REDIS_URL: redis.url, DATABASE_URL: database.url };
const api = await startProcess('api', behind);
const worker = await startProcess('worker', behind);

/** The statement is the end of its packet; other statements speak of commits too. */
const COMMIT = /commit$/;

test.for([
  { what: 'the wake of a batch', request: /ingest-batch-/ },
  { what: 'the end of a job', request: /:completed/ },
])('the reply to $what is eaten: the batch is stored once', async ({ request }) => {
  const load = await makeLoad(world, 20, 2, [20]);
  const eaten = redis.eatReplyTo(request);
  await postLoad(world, load, [api.url], 1);
  await eaten;
  await world.quiet(30);
  await expectExactlyOnce(world, load);
  const jobs = await world.kernel.queues['ingest-batch'].getJobs([
    'waiting',
    'active',
    'completed',
    'failed',
    'delayed',
  ]);
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length);
  expect(worker.isRunning()).toBe(true);
});

test('the reply to the commit of a batch is eaten: the act is tried again, finds its work done, and stores nothing twice', async () => {
  const load = await makeLoad(world, 20, 2, [20]);
  await untilReady();
  await withoutSweep(world, async () => {
    const eaten = database.eatReplyTo(COMMIT);
    await postLoad(world, load, [api.url], 1);
    await eaten;
  });
  await world.quiet(30);
  await expectExactlyOnce(world, load);
});

test('the reply to the commit of a posted message is eaten: it is stored once, and the caller gets its answer', async () => {
  const account = await world.account();
  const agent = await world.agent([account]);
  await world.ingest([world.message(account, 'anna')]);
  await world.quiet();
  const conversation = await world.conversation(account, 'anna');
  const path = `/v1/conversations/${conversation.id}`;
  const { sessionId } = await world.must('POST', `${path}/accept`, undefined, { key: agent.token });
  await untilReady();
  const options = { url: api.url, key: agent.token, headers: { 'Idempotency-Key': `once-${conversation.id}` } };
  const first = await withoutSweep(world, () =>
    withCommitEaten(() => world.call('POST', `${path}/messages`, { sessionId, content: 'Hello Anna' }, options)),
  );
  expect(first.status).toBe(201);
  const again = await world.call('POST', `${path}/messages`, { sessionId, content: 'Hello Anna' }, options);
  expect(again).toMatchObject({ status: 201, body: { id: first.body.id } });
  const said: Json[] = await world.sql("select id from message where conversation_id = ? and sender = 'human'", [
    conversation.id,
  ]);
  expect(said).toHaveLength(1);
  expect(await world.broken()).toEqual([]);
});

test('the reply to the commit of an accept without a key is eaten: the agent is told that it is not known, and finds it done', async () => {
  const account = await world.account();
  const agent = await world.agent([account]);
  await world.ingest([world.message(account, 'bea')]);
  await world.quiet();
  const conversation = await world.conversation(account, 'bea');
  await untilReady();
  const options = { url: api.url, key: agent.token };
  const accepted = await withoutSweep(world, () =>
    withCommitEaten(() => world.call('POST', `/v1/conversations/${conversation.id}/accept`, undefined, options)),
  );
  expect(accepted).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  const path = `/v1/conversations/${conversation.id}/accept`;
  expect(await world.call('POST', path, undefined, options)).toMatchObject({ status: 200 });
  expect(await world.sql('select seat from assignment where agent_id = ?', [agent.id])).toHaveLength(1);
  expect(await world.broken()).toEqual([]);
});

test('the reply to the commit of a resolve with a key is eaten: it is done once, and the caller gets its answer', async () => {
  const account = await world.account();
  await world.ingest([world.message(account, 'cleo')]);
  await world.quiet();
  const { id } = await world.conversation(account, 'cleo');
  await untilReady();
  const options = { url: api.url, headers: { 'Idempotency-Key': `once-${id}` } };
  const resolve = () => world.call('POST', `/v1/conversations/${id}/resolve`, {}, options);
  expect(await withoutSweep(world, () => withCommitEaten(resolve))).toMatchObject({ status: 200 });
  expect((await resolve()).headers.get('idempotent-replayed')).toBe('true');
  expect(await world.broken()).toEqual([]);
});

/** Until both processes have their connections again, after what was cut before. */
function untilReady(): Promise<void> {
  const isReady = async () => {
    const answers = await Promise.all([api, worker].map(({ url }) => fetch(`${url}/readyz`)));
    return answers.every(({ status }) => status === 200);
  };
  return until(isReady, 10, 'a process is not ready');
}

/** The reply to the next commit of the API or the worker is eaten; nothing else commits meanwhile. */
async function withCommitEaten<T>(work: () => Promise<T>): Promise<T> {
  const eaten = database.eatReplyTo(COMMIT);
  const result = await work();
  await eaten;
  return result;
}
