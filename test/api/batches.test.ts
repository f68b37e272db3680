// POST /v1/batches as upstream sees it: a receipt at once, an outcome for each message, and the ledger to ask.
import { expect, test } from 'vitest';
import { SCOPES } from '../../src/domain/accounts/scopes.ts';
import { newId } from '../../src/domain/ids.ts';
import { World } from '../support/world.ts';

const world = await World.open();
const account = await world.account();

test('without a wish to wait the answer is a receipt, and its address tells what became of it', async () => {
  const reply = await world.call('POST', '/v1/batches', { messages: [world.message(account, 'wang')] });
  expect(reply.status).toBe(202);
  expect(reply.headers.get('location')).toBe(`/v1/jobs/${reply.body.id}`);
  expect(reply.headers.get('retry-after')).toBe('1');
  const job = await world.must('GET', reply.body.href, undefined, { headers: { Prefer: 'wait=10' } });
  expect(job).toMatchObject({ id: reply.body.id, kind: 'ingest-batch', state: 'done', error: null });
  expect(job.result).toMatchObject({ stored: 1, duplicates: 0, refused: [] });
});

test('who prefers to wait gets the outcome itself', async () => {
  const headers = { Prefer: 'respond-async, wait=10' };
  const reply = await world.call('POST', '/v1/batches', { messages: [world.message(account, 'wang')] }, { headers });
  expect(reply).toMatchObject({ status: 200, body: { state: 'done', result: { stored: 1 } } });
  expect(reply.headers.get('preference-applied')).toBe('wait=10');
  expect(reply.headers.get('location')).toBe(`/v1/jobs/${reply.body.id}`);
});

test('a batch of good, repeated and bad messages tells of each bad one where it stands and what is wrong', async () => {
  const good = world.message(account, 'wang');
  const messages = [
    good,
    { ...world.message(account, 'wang'), sentAt: 'yesterday' },
    good,
    { ...world.message(account, 'wang'), sender: 'nobody' },
    'not a message',
    { ...world.message(account, 'wang'), contact: { id: 'wang', kind: 'friend' } },
    world.message(newId(), 'wang'),
    world.message(account, 'li'),
  ];
  const result = await world.ingest(messages);
  expect(result).toMatchObject({ stored: 2, duplicates: 1, conversations: 2 });
  expect(result.refused).toMatchObject([
    { index: 1, code: 'bad_sentat', pointer: '/messages/1/sentAt' },
    { index: 3, code: 'bad_sender', pointer: '/messages/3/sender' },
    { index: 4, id: null, code: 'bad_message', pointer: '/messages/4' },
    { index: 5, code: 'bad_contact', pointer: '/messages/5/contact/kind' },
    { index: 6, code: 'account_not_found', pointer: '/messages/6/account' },
  ]);
  expect(await world.ingest(messages)).toMatchObject({ stored: 0, duplicates: 3 });
  expect(await world.broken()).toEqual([]);
});

test('ten thousand messages are one batch, one more is none', async () => {
  const messages = Array.from({ length: 10_000 }, (_, index) =>
    world.message(account, `contact-${index % 200}`, { sentAt: world.ago(index) }),
  );
  expect(await world.ingest(messages)).toMatchObject({ stored: 10_000, refused: [], conversations: 200 });
  const more = await world.call('POST', '/v1/batches', { messages: Array(10_001).fill({}) });
  expect(more).toMatchObject({ status: 400, body: { code: 'bad_body', errors: [{ pointer: '/messages' }] } });
  expect(await world.broken()).toEqual([]);
});

test('a job is seen by the key that posted it and by those of its account, and only failed work is done again', async () => {
  const { key } = await world.must('POST', '/v1/api-keys', { name: 'own', scopes: SCOPES, accounts: [account] });
  const { id } = await world.must('POST', '/v1/batches', { messages: [world.message(account, 'wang')] }, { key });
  await world.quiet();
  expect(await world.must('GET', `/v1/jobs/${id}`, undefined, { key })).toMatchObject({ state: 'done' });
  expect(await world.call('POST', `/v1/jobs/${id}/retry`)).toMatchObject({
    status: 409,
    body: { code: 'job_not_failed' },
  });
});
