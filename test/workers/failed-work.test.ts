// Work that fails: it is told and can be done again, and neither the log, the ledger nor Redis repeats what people wrote.
import { expect, test } from 'vitest';
import { startProcess } from '../support/processes.ts';
import { until, World } from '../support/world.ts';

const CANARY = 'canary-7c2e';
const world = await World.open({ apis: 1, workers: 0 });
const account = await world.account();
const api = await startProcess('api', world.config, { LOG_LEVEL: 'trace' });
const worker = await startProcess('worker', world.config, { LOG_LEVEL: 'trace' });

function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  return world.call(method, path, body, { url: api.url, headers });
}

test('a fault of ours shows nothing private anywhere, and the work is done once the fault is gone', async () => {
  await world.ingest([world.message(account, 'wang')]);
  const { id } = await world.conversation(account, 'wang');
  const { contact } = await world.conversation(account, 'wang');
  const token = await world.token('contact', contact.id);
  // A table that takes no text, and says so with the text that it does not take.
  await world.sql('rename table message to message_away');
  await world.sql('create table message like message_away');
  await world.sql('alter table message modify content int');
  const batch = { messages: [world.message(account, 'wang', { content: CANARY, senderName: CANARY, id: CANARY })] };
  const posted = await call('POST', '/v1/batches', batch, { 'Idempotency-Key': CANARY });
  const said = await world.call(
    'POST',
    `/v1/conversations/${id}/messages`,
    { content: CANARY },
    { url: api.url, key: token },
  );
  expect(said).toMatchObject({ status: 500, body: { code: 'internal_error' } });
  expect(JSON.stringify(said.body)).not.toMatch(/canary|integer|select|insert/);
  await call('GET', `/v1/conversations?q=${CANARY}`, undefined, { Authorization: `Bearer ${CANARY}` });
  await until(async () => (await ledgerRow(posted.body.id)).attempts > 0, 15, 'the work did not fail');

  const waiting = await ledgerRow(posted.body.id);
  expect(waiting).toMatchObject({ state: 'accepted', error: expect.stringMatching(/Incorrect integer value/) });
  const wakeOf = () => world.kernel.queues['ingest-batch'].getJob(`ingest-batch-${posted.body.id}`);
  await until(async () => Boolean((await wakeOf())?.failedReason), 5, 'the queue did not hear of it');
  await until(() => worker.lines.some((line) => line.includes('job will be tried again')), 5, 'no word in the log');
  await until(() => api.lines.some((line) => line.includes('request failed')), 5, 'no word in the log');
  const told = [...api.lines, ...worker.lines, JSON.stringify(waiting), JSON.stringify(await wakeOf())].join('\n');
  expect(told).not.toContain(CANARY);
  expect(told).not.toContain(world.key.slice(33));
  expect(told).not.toContain(token);
  expect(told).not.toContain(world.config.BATON_SECRET);

  await world.sql('drop table message');
  await world.sql('rename table message_away to message');
  await world.quiet(45);
  expect(await world.must('GET', `/v1/jobs/${posted.body.id}`)).toMatchObject({ state: 'done', result: { stored: 1 } });
  expect(await world.broken()).toEqual([]);
});

async function ledgerRow(id: string): Promise<{ state: string; attempts: number; error: string | null }> {
  const [row] = await world.sql('select state, attempts, error from job where id = ?', [id]);
  return row;
}
