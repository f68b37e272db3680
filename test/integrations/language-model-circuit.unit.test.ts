// Who is not there is not asked for a while: the circuit of a language model, on a clock that the test moves.
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeReader, type Reader } from '../../src/integrations/language-model/reader.ts';
import { CHAT_KEY, type ChatAnswer, startChatServer } from '../support/outside/chat-server.ts';

const server = await startChatServer();
afterAll(server.close);

const ERROR: ChatAnswer = { kind: 'error', status: 500 };
const NOTHING: ChatAnswer = { kind: 'answer', answer: { intents: [], starts: [] } };
const NOW = Date.parse('2026-03-01T08:00:00Z');
const OPEN = { kind: 'retryable', code: 'circuit_open' };

let reader: Reader;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  server.always(NOTHING);
  reader = makeReader({ baseUrl: `${server.url}/v1`, apiKey: CHAT_KEY, model: 'local-model', timeoutMs: 5000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function read(signal = new AbortController().signal) {
  return reader.readIntents({ text: 'hello', context: [], language: 'en' }, signal);
}

function find() {
  const messages = ['a', 'b'].map((id) => ({ id, sender: 'contact', text: id }));
  return reader.findTopics(messages, new AbortController().signal);
}

async function fail(times: number, answer: ChatAnswer = ERROR): Promise<void> {
  server.always(answer);
  for (let count = 0; count < times; count += 1) await expect(read()).rejects.toBeInstanceOf(Error);
}

async function askedDuring(work: () => Promise<unknown>): Promise<number> {
  const before = server.requests.length;
  await work();
  return server.requests.length - before;
}

test('after five failures in a row nobody is asked for half a minute, for either question', async () => {
  await fail(4);
  await expect(find()).rejects.toMatchObject({ code: 'http_500' });
  server.always(NOTHING);
  const asked = await askedDuring(async () => {
    await expect(read()).rejects.toMatchObject(OPEN);
    vi.setSystemTime(NOW + 29_999);
    await expect(find()).rejects.toMatchObject(OPEN);
  });
  expect(asked).toBe(0);
  vi.setSystemTime(NOW + 30_000);
  expect(await read()).toEqual([]);
  expect(await find()).toEqual([]);
});

test('a success between makes the count begin again', async () => {
  await fail(4);
  server.next(NOTHING);
  await read();
  await fail(4);
  server.always(NOTHING);
  expect(await read()).toEqual([]);
});

test('then one is let through to see; the others are not kept waiting', async () => {
  await fail(5);
  vi.setSystemTime(NOW + 30_000);
  server.always({ kind: 'hang' });
  const giveUp = new AbortController();
  const heard = server.heard(server.requests.length + 1);
  const seeing = read(giveUp.signal);
  await heard;
  expect(await askedDuring(() => expect(find()).rejects.toMatchObject(OPEN))).toBe(0);
  giveUp.abort();
  await expect(seeing).rejects.toMatchObject({ code: 'aborted' });
  // It gave up before it saw anything.
  await expect(read()).rejects.toMatchObject(OPEN);
});

test('where it still fails, the pause begins anew', async () => {
  await fail(5);
  vi.setSystemTime(NOW + 30_000);
  await expect(read()).rejects.toMatchObject({ code: 'http_500' });
  server.always(NOTHING);
  vi.setSystemTime(NOW + 59_999);
  await expect(read()).rejects.toMatchObject(OPEN);
  vi.setSystemTime(NOW + 60_000);
  expect(await read()).toEqual([]);
});

const AGAINST: readonly (readonly [string, ChatAnswer])[] = [
  ['429', { kind: 'rate_limited' }],
  ['a wrong key', { kind: 'error', status: 401 }],
  ['a connection that ends', { kind: 'drop' }],
];
test.each(AGAINST)('%s counts', async (_what, answer) => {
  await fail(5, answer);
  await expect(read()).rejects.toMatchObject(OPEN);
});

test('silence counts', async () => {
  reader = makeReader({ baseUrl: `${server.url}/v1`, apiKey: CHAT_KEY, model: 'local-model', timeoutMs: 20 });
  await fail(5, { kind: 'hang' });
  await expect(read()).rejects.toMatchObject(OPEN);
});

const NOT_AGAINST: readonly (readonly [string, ChatAnswer])[] = [
  ['a refusal', { kind: 'refusal' }],
  ['what is not understood', { kind: 'says', content: 'Sorry?' }],
  ['a request that is wrong', { kind: 'error', status: 404 }],
];
test.each(NOT_AGAINST)('%s does not count: what a contact writes closes the model to nobody', async (_what, answer) => {
  await fail(10, answer);
  server.always(NOTHING);
  expect(await read()).toEqual([]);
});

test('who gives up does not count', async () => {
  server.always({ kind: 'hang' });
  for (let count = 0; count < 6; count += 1) {
    const giveUp = new AbortController();
    const heard = server.heard(server.requests.length + 1);
    const reading = read(giveUp.signal);
    await heard;
    giveUp.abort();
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  }
  server.always(NOTHING);
  expect(await read()).toEqual([]);
});

test('each reader has a circuit of its own', async () => {
  await fail(5);
  server.always(NOTHING);
  const other = makeReader({ baseUrl: `${server.url}/v1`, apiKey: CHAT_KEY, model: 'local-model', timeoutMs: 5000 });
  const input = { text: 'hello', context: [], language: 'en' };
  expect(await other.readIntents(input, new AbortController().signal)).toEqual([]);
});
