// What goes wrong with Chatwoot, and what each of it means for asking again; above all for a message, which must not be sent twice.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Chatwoot, makeChatwoot } from '../../src/integrations/chatwoot/client.ts';
import type { ChatwootOptions } from '../../src/integrations/chatwoot/exchange.ts';
import { makeGuardedDispatcher } from '../../src/integrations/guarded-dispatcher.ts';
import { OutsideFailure } from '../../src/integrations/outside-failure.ts';
import { type ChatwootServer, type Failure, startChatwoot } from '../support/outside/chatwoot-server.ts';

let server: ChatwootServer;
let dispatcher: ReturnType<typeof makeGuardedDispatcher>;
let id: number;

beforeAll(async () => {
  server = await startChatwoot();
  dispatcher = makeGuardedDispatcher({ allow: [server.host] });
  id = server.contactWrites('wang', 'hello').conversation;
});
afterAll(async () => {
  await dispatcher.destroy();
  await server.close();
});

function clientOf(options: Partial<ChatwootOptions> = {}): Chatwoot {
  const { url: baseUrl, accountId, botToken, userToken } = server;
  return makeChatwoot({ baseUrl, accountId, botToken, userToken, timeoutMs: 2000, dispatcher, ...options });
}

const MESSAGE = {
  content: 'hello',
  isPrivate: false,
  contentType: 'text',
  contentAttributes: {},
  mark: 'm-1',
} as const;
const send = (client = clientOf()) => client.sendMessage(id, MESSAGE);

async function failureOf(call: Promise<unknown>): Promise<OutsideFailure> {
  const error = await call.catch((error: unknown) => error);
  if (!(error instanceof OutsideFailure)) throw new Error('It was no failure of the outside.');
  for (const secret of [server.botToken, server.userToken]) expect(toldOf(error)).not.toContain(secret);
  return error;
}

/** All that a log could show of it. */
function toldOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), error.cause ? toldOf(error.cause) : ''].join('\n');
}

describe('of an answer', () => {
  type Case = readonly [what: string, failure: Failure, sending: string, setting: string, code: string];
  const status = (status: number, error?: string, headers?: Record<string, string>): Failure => ({
    kind: 'status',
    status,
    ...(error !== undefined && { body: { error } }),
    ...(headers && { headers }),
  });
  const cases: readonly Case[] = [
    ['a wrong token', status(401, 'Invalid Access Token'), 'auth', 'auth', 'http_401'],
    ['a door for others', status(401, 'You are not authorized to do this action'), 'refused', 'refused', 'not_allowed'],
    ['a guard before it', { kind: 'page', status: 403 }, 'auth', 'auth', 'http_403'],
    ['nothing there', status(404, 'Resource could not be found'), 'permanent', 'permanent', 'not_found'],
    ['an unpaid bill', status(402, 'Please upgrade'), 'permanent', 'permanent', 'http_402'],
    ['a wrong request', status(422, 'Validation failed: x'), 'permanent', 'permanent', 'refused'],
    [
      'a full minute',
      status(422, 'Validation failed: Too many messages'),
      'rate_limited',
      'rate_limited',
      'too_many_messages',
    ],
    [
      'a lost Redis',
      status(422, 'Connection refused - connect(2) for redis:6379'),
      'unknown',
      'retryable',
      'broken_inside',
    ],
    ['too much', status(429), 'rate_limited', 'rate_limited', 'rate_limited'],
    ['a fault inside', status(500), 'unknown', 'retryable', 'http_500'],
    ['a proxy that lost it', { kind: 'page', status: 502 }, 'unknown', 'retryable', 'http_502'],
    ['a proxy that waited', { kind: 'page', status: 504 }, 'unknown', 'retryable', 'http_504'],
    ['a closed house', { kind: 'page', status: 503 }, 'unknown', 'retryable', 'http_503'],
    ['a house that opens again', status(503, 'x', { 'retry-after': '9' }), 'retryable', 'retryable', 'http_503'],
    ['a way elsewhere', status(301, 'Moved'), 'permanent', 'permanent', 'redirected'],
    ['somebody who sends elsewhere', { kind: 'page', status: 301 }, 'retryable', 'retryable', 'http_301'],
    ['somebody who knows nothing', { kind: 'page', status: 404 }, 'retryable', 'retryable', 'http_404'],
    ['somebody who understands nothing', { kind: 'page', status: 400 }, 'retryable', 'retryable', 'http_400'],
  ];
  test.each(cases)('%s', async (_what, failure, sending, setting, code) => {
    server.fail('/messages', failure);
    expect(await failureOf(send())).toMatchObject({ kind: sending, code });
    server.fail('/toggle_priority', failure);
    expect(await failureOf(clientOf().setPriority(id, 'low'))).toMatchObject({ kind: setting, code });
  });

  test.each([
    ['429, with a pause', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 7000],
    ['429, without', { kind: 'status', status: 429 }, 60_000],
    ['a page with 429', { kind: 'page', status: 429 }, 60_000],
    ['too many messages', { kind: 'status', status: 422, body: { error: 'Too many messages' } }, 60_000],
    ['503, with a pause', { kind: 'status', status: 503, headers: { 'retry-after': '9' } }, 9000],
    ['404', { kind: 'status', status: 404 }, null],
  ] as const)('%s is waited for as long as it says, or a minute', async (_what, failure, retryAfterMs) => {
    server.fail('/messages', failure);
    expect(await failureOf(send())).toMatchObject({ retryAfterMs });
  });

  test.each(['error', 'message', 'description'])('its words are told, under whichever name (%s)', async (name) => {
    server.fail('/messages', { kind: 'status', status: 422, body: { [name]: `名称 ${server.botToken}` } });
    expect((await failureOf(send())).message).toBe('Chatwoot answered 422: “名称 …”.');
  });

  test('Chatwoot’s own refusal of a card is told in its words', async () => {
    const card = { ...MESSAGE, contentType: 'cards', contentAttributes: { items: [{ title: 'a', actions: [] }] } };
    const failure = await failureOf(clientOf().sendMessage(id, card));
    expect(failure).toMatchObject({ kind: 'permanent', code: 'refused' });
    expect(failure.message).toContain('missing actions');
  });

  test('a success without Chatwoot’s words is none', async () => {
    server.fail('POST', { kind: 'page', status: 200 });
    expect(await failureOf(send())).toMatchObject({ kind: 'unknown', code: 'not_understood' });
    server.fail('GET', { kind: 'page', status: 200 });
    expect(await failureOf(clientOf().getConversation(id))).toMatchObject({
      kind: 'retryable',
      code: 'not_understood',
    });
  });
});

describe('of the way there', () => {
  test('silence and a cut after the request left: a message may be there, a state is set again', async () => {
    const hasty = clientOf({ timeoutMs: 60 });
    for (const failure of [{ kind: 'hang' }, { kind: 'hang', isDone: true }] as const) {
      server.fail('/messages', failure);
      expect(await failureOf(send(hasty))).toMatchObject({ kind: 'unknown', code: 'timeout' });
    }
    server.fail('/messages', { kind: 'cut', isDone: true });
    expect(await failureOf(send())).toMatchObject({ kind: 'unknown', code: 'cut' });
    server.fail('/toggle_status', { kind: 'hang' });
    expect(await failureOf(hasty.setStatus(id, 'open'))).toMatchObject({ kind: 'retryable', code: 'timeout' });
    server.fail('/toggle_status', { kind: 'cut', isDone: true });
    expect(await failureOf(clientOf().setStatus(id, 'open'))).toMatchObject({ kind: 'retryable', code: 'unreachable' });
  });

  test('nobody listens: nothing was sent', async () => {
    const gone = await startChatwoot();
    await gone.close();
    const guard = makeGuardedDispatcher({ allow: [gone.host] });
    const failure = await failureOf(send(clientOf({ baseUrl: gone.url, dispatcher: guard })));
    expect(failure).toMatchObject({ kind: 'retryable', code: 'unreachable' });
    await guard.destroy();
  });

  test('no such name: nothing was sent', async () => {
    const lost = makeGuardedDispatcher({
      allow: [],
      lookup: (_name, _options, done) => done(Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' }), '', 0),
    });
    const failure = await failureOf(send(clientOf({ baseUrl: 'https://chat.example.com', dispatcher: lost })));
    expect(failure).toMatchObject({ kind: 'retryable', code: 'unreachable' });
    await lost.destroy();
  });

  test('an address inside, which nobody allowed, is not reached', async () => {
    const guard = makeGuardedDispatcher({ allow: [] });
    const count = server.requests.length;
    const failure = await failureOf(send(clientOf({ dispatcher: guard })));
    expect(failure).toMatchObject({ kind: 'refused', code: 'address_forbidden' });
    expect(server.requests).toHaveLength(count);
    await guard.destroy();
  });

  test('given up before it began, nothing was sent; after it left, nobody knows', async () => {
    expect(await failureOf(send(clientOf({ signal: AbortSignal.abort() })))).toMatchObject({
      kind: 'retryable',
      code: 'aborted',
    });
    const stop = new AbortController();
    server.fail('/messages', { kind: 'hang' });
    const count = server.requests.length;
    const sending = failureOf(send(clientOf({ signal: stop.signal })));
    await server.heard(count + 1);
    stop.abort();
    expect(await sending).toMatchObject({ kind: 'unknown', code: 'aborted' });
  });

  test('an address that is none', async () => {
    for (const baseUrl of ['chat.example.com', 'ftp://chat.example.com', ''])
      expect(await failureOf(send(clientOf({ baseUrl })))).toMatchObject({ kind: 'permanent', code: 'bad_address' });
  });
});
