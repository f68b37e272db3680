// Webhooks, against a receiver that verifies them by the library of Standard Webhooks: what is sent and signed, what each answer
// means, and where none is ever sent.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { makeWebhookSecret } from '../../src/domain/endpoints/webhook-secret.ts';
import { makeGuardedDispatcher } from '../../src/integrations/guarded-dispatcher.ts';
import { OutsideFailure } from '../../src/integrations/outside-failure.ts';
import { makeWebhookSender, type WebhookMessage } from '../../src/integrations/webhook.ts';
import { readVersion } from '../../src/version.ts';
import { type HookAnswer, startWebhookReceiver, type WebhookReceiver } from '../support/outside/webhook-receiver.ts';

const SECRET = makeWebhookSecret();
const OTHER = makeWebhookSecret();
const BODY = JSON.stringify({ v: 1, type: 'message.created', data: { text: '你好 🙂 “quoted”\n' } });
const NOW = Date.parse('2026-03-01T08:00:00.900Z');

let time = NOW;
beforeEach(() => {
  time = NOW;
});
const clock = { now: () => time };
const receiver = await startWebhookReceiver({ secret: SECRET, ...clock });
const second = await startWebhookReceiver({ secret: OTHER, ...clock });
const inside = await startWebhookReceiver({ secret: SECRET, ...clock });
afterAll(() => Promise.all([receiver.close(), second.close(), inside.close()]));

function dispatcherFor(allow: readonly string[], lookup?: LookupFunction) {
  const dispatcher = makeGuardedDispatcher({ allow, ...(lookup ? { lookup } : {}) });
  afterAll(() => dispatcher.destroy());
  return dispatcher;
}

const dispatcher = dispatcherFor([receiver.host, second.host]);
const sendBy = makeWebhookSender({ dispatcher, timeoutMs: 5000 });

let made = 0;
function message(changed: Partial<WebhookMessage> = {}): WebhookMessage {
  made += 1;
  return { url: receiver.url, id: `msg_${made}`, at: new Date(NOW), secrets: [SECRET], body: BODY, ...changed };
}

function send(changed: Partial<WebhookMessage> = {}, signal?: AbortSignal) {
  return sendBy(message(changed), signal);
}

function lastRequest() {
  const request = receiver.requests.at(-1);
  if (!request) throw new Error('There was no request.');
  return request;
}

function last({ hooks }: WebhookReceiver) {
  return hooks.at(-1);
}

describe('what is sent', () => {
  test('one POST with the body as it is, the id, the second and a signature that verifies', async () => {
    const before = receiver.requests.length;
    expect(await send({ id: 'msg_once' })).toEqual({ status: 204 });
    expect(receiver.requests.length).toBe(before + 1);
    const sent = lastRequest();
    expect(sent).toMatchObject({ method: 'POST', path: '/hooks' });
    expect(sent.query.get('for')).toBe('baton');
    expect(sent.headers).toMatchObject({
      'webhook-id': 'msg_once',
      'webhook-timestamp': String(Math.floor(NOW / 1000)),
      'content-type': 'application/json',
      'user-agent': `Baton/${readVersion()}`,
    });
    expect(last(receiver)).toMatchObject({ id: 'msg_once', type: 'message.created', body: BODY, verified: true });
  });

  test('the signature is the one that the standard describes, reckoned by hand', async () => {
    await send({ id: 'msg_hand' });
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    expect(key.length).toBe(32);
    const signed = createHmac('sha256', key)
      .update(`msg_hand.${Math.floor(NOW / 1000)}.${BODY}`)
      .digest('base64');
    expect(lastRequest().headers['webhook-signature']).toBe(`v1,${signed}`);
  });

  test('secrets are never the same', () => {
    expect(new Set(Array.from({ length: 100 }, makeWebhookSecret)).size).toBe(100);
  });
});

describe('what a receiver makes of it', () => {
  const refused = { kind: 'retryable', code: 'http_401' };

  test('another secret does not verify', async () => {
    await expect(send({ secrets: [OTHER] })).rejects.toMatchObject(refused);
    expect(last(receiver)).toMatchObject({ verified: false });
  });

  test('one more than five minutes old, or ahead, does not verify; one of five minutes does', async () => {
    for (const off of [301_000, -301_000]) {
      await expect(send({ at: new Date(NOW + off) })).rejects.toMatchObject(refused);
      expect(last(receiver)).toMatchObject({ verified: false });
    }
    expect(await send({ at: new Date(NOW - 300_000) })).toEqual({ status: 204 });
  });

  test('one that is sent again years later verifies, since it is signed at each attempt', async () => {
    const again = message();
    await sendBy(again);
    time = NOW + 3 * 365 * 86_400_000;
    expect(await sendBy({ ...again, at: new Date(time) })).toEqual({ status: 204 });
  });

  test('a byte that was changed on the way, of body, id or time, does not verify', async () => {
    await send();
    const { headers, body } = lastRequest();
    const sent = (name: string) => String(headers[name]);
    const repeat = async (changed: Record<string, string>, text = body.toString()) => {
      const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
      const same = Object.fromEntries(names.map((name) => [name, sent(name)]));
      await fetch(receiver.url, { method: 'POST', headers: { ...same, ...changed }, body: text });
      return last(receiver)?.verified;
    };
    expect(await repeat({}, BODY.replace('你好', '你妤'))).toBe(false);
    expect(await repeat({}, `${BODY} `)).toBe(false);
    expect(await repeat({ 'webhook-id': `${sent('webhook-id')}0` })).toBe(false);
    expect(await repeat({ 'webhook-timestamp': String(Number(sent('webhook-timestamp')) + 1) })).toBe(false);
    expect(await repeat({ 'webhook-signature': sent('webhook-signature').replace('v1,', 'v2,') })).toBe(false);
    expect(await repeat({})).toBe(true);
  });

  test('one that is replayed verifies, and is known again by its id', async () => {
    const copies = receiver.copies();
    const again = message({ id: 'msg_replayed' });
    await sendBy(again);
    await sendBy(again);
    await sendBy({ ...again, at: new Date(NOW + 1000) });
    expect(receiver.received.filter(({ id }) => id === 'msg_replayed').length).toBe(1);
    expect(receiver.copies()).toBe(copies + 2);
    expect(last(receiver)).toMatchObject({ id: 'msg_replayed', attempt: 3, verified: true });
  });

  test('while a secret is replaced, who holds the old one and who holds the new one both verify', async () => {
    const secrets = [OTHER, SECRET];
    expect(await send({ secrets })).toEqual({ status: 204 });
    expect(await send({ secrets, url: second.url })).toEqual({ status: 204 });
    expect(last(receiver)).toMatchObject({ verified: true });
    expect(last(second)).toMatchObject({ verified: true });
    const signatures = String(second.requests.at(-1)?.headers['webhook-signature']).split(' ');
    expect(signatures.length).toBe(2);
    expect(signatures.every((signature) => /^v1,[A-Za-z0-9+/]{43}=$/.test(signature))).toBe(true);
  });

  test('the way by hand that the documents show tells right from wrong', async () => {
    const { verify } = await import(`data:text/javascript,${encodeURIComponent(shownCode('By hand'))}`);
    await send({ secrets: [OTHER, SECRET] });
    const { headers, body } = lastRequest();
    const seconds = Math.floor(NOW / 1000);
    expect(verify(body, headers, SECRET, seconds)).toBe(true);
    expect(verify(body, headers, OTHER, seconds + 300)).toBe(true);
    expect(verify(body, headers, makeWebhookSecret(), seconds)).toBe(false);
    expect(verify(body, headers, SECRET, seconds + 301)).toBe(false);
    expect(verify(Buffer.from(`${body} `), headers, SECRET, seconds)).toBe(false);
    expect(verify(body, { ...headers, 'webhook-signature': 'v1,AAAA' }, SECRET, seconds)).toBe(false);
    expect(verify(body, {}, SECRET, seconds)).toBe(false);
  });
});

/** The first block of code under that heading. */
function shownCode(heading: string): string {
  const docs = readFileSync('docs/webhooks.md', 'utf8');
  return new RegExp(`### .*${heading}[^]*?\`\`\`js\\n([^]*?)\`\`\``).exec(docs)?.[1] ?? '';
}

describe('what an answer means', () => {
  test.each([[200], [201], [202], [204], [299]])('%i: it arrived', async (status) => {
    receiver.next({ kind: 'status', status });
    expect(await send()).toEqual({ status });
  });

  test.each([
    [400, 'retryable', 'http_400'],
    [401, 'retryable', 'http_401'],
    [403, 'retryable', 'http_403'],
    [404, 'retryable', 'http_404'],
    [408, 'retryable', 'http_408'],
    [410, 'permanent', 'gone'],
    [422, 'retryable', 'http_422'],
    [429, 'rate_limited', 'http_429'],
    [500, 'retryable', 'http_500'],
    [503, 'retryable', 'http_503'],
    [304, 'retryable', 'redirect'],
  ])('%i: %s, %s', async (status, kind, code) => {
    receiver.next({ kind: 'status', status });
    await expect(send()).rejects.toMatchObject({ kind, code, retryAfterMs: null });
  });

  test.each([
    [429, 7000],
    [503, 7000],
    [500, null],
  ])('the pause that a %i asks for is %s', async (status, retryAfterMs) => {
    receiver.next({ kind: 'status', status, headers: { 'retry-after': '7' } });
    await expect(send()).rejects.toMatchObject({ retryAfterMs });
  });

  test('a redirect is not followed, of whatever kind and to wherever', async () => {
    for (const [status, to] of [
      [301, second.url],
      [302, inside.url],
      [303, '/hooks?again'],
      [307, second.url],
      [308, 'file:///etc/passwd'],
    ] as const) {
      const heard = [receiver.requests.length + 1, second.requests.length, inside.requests.length];
      receiver.next({ kind: 'redirect', to, status });
      await expect(send()).rejects.toMatchObject({ kind: 'retryable', code: 'redirect' });
      expect([receiver.requests.length, second.requests.length, inside.requests.length]).toEqual(heard);
    }
  });

  test('a connection that ends without an answer: again later, and the receiver knows it by its id', async () => {
    const copies = receiver.copies();
    const again = message();
    receiver.next({ kind: 'cut' });
    await expect(sendBy(again)).rejects.toMatchObject({ kind: 'retryable', code: 'network' });
    expect(await sendBy(again)).toEqual({ status: 204 });
    expect(receiver.copies()).toBe(copies + 1);
  });

  test.each(['cut_body', 'endless'] as const)('the status counts, whatever becomes of the rest (%s)', async (kind) => {
    receiver.next({ kind });
    expect(await send()).toEqual({ status: 200 });
    await lastRequest().gone;
  });

  test('the status counts, even when the rest does not come in time', async () => {
    receiver.next({ kind: 'stuck' });
    expect(await makeWebhookSender({ dispatcher, timeoutMs: 60 })(message())).toEqual({ status: 200 });
  });

  test('connections are used again', async () => {
    for (let sent = 0; sent < 6; sent += 1) await send();
    const connections = new Set(receiver.requests.slice(-6).map(({ ended }) => ended));
    expect(connections.size).toBeLessThan(4);
  });

  test('who does not answer in time is left, and may be asked again', async () => {
    const hurried = makeWebhookSender({ dispatcher, timeoutMs: 60 });
    const orders: readonly HookAnswer[] = [{ kind: 'hang' }, { kind: 'slow', until: new Promise(() => undefined) }];
    for (const order of orders) {
      receiver.next(order);
      await expect(hurried(message())).rejects.toMatchObject({ kind: 'retryable', code: 'timeout' });
      await lastRequest().gone;
    }
  });

  test('who is slow, but in time, has it', async () => {
    const gate = Promise.withResolvers<void>();
    receiver.next({ kind: 'slow', until: gate.promise });
    const heard = receiver.heard(receiver.requests.length + 1);
    const sending = send();
    await heard;
    gate.resolve();
    expect(await sending).toEqual({ status: 200 });
  });

  test('who gives up is told so, and the receiver is left', async () => {
    const giveUp = new AbortController();
    receiver.next({ kind: 'hang' });
    const heard = receiver.heard(receiver.requests.length + 1);
    const sending = send({}, giveUp.signal);
    await heard;
    giveUp.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'retryable', code: 'aborted' });
    await lastRequest().gone;
  });

  test('nobody listens: again later, and the words hold neither secret nor query', async () => {
    const gone = await startWebhookReceiver({ secret: SECRET });
    await gone.close();
    const lost = makeWebhookSender({ dispatcher: dispatcherFor([gone.host]), timeoutMs: 5000 });
    const failure = await lost(message({ url: `${gone.url}&token=canary` })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'retryable', code: 'network' });
    expect(failure).toHaveProperty('message', expect.stringContaining('ECONNREFUSED'));
    expect(toldOf(failure)).not.toMatch(/canary|whsec/);
    expect(toldOf(failure)).not.toContain(SECRET.slice(6));
  });
});

describe('where none is sent', () => {
  const leadsInside: LookupFunction = (_name, { all }, done) =>
    all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
  const { port } = new URL(inside.url);
  const guarded = makeWebhookSender({ dispatcher: dispatcherFor([], leadsInside), timeoutMs: 5000 });

  test.each([
    ['a private address', `http://127.0.0.1:${port}/hooks`],
    ['a private address, written otherwise', `http://0x7f.1:${port}/hooks`],
    ['a private address of IPv6', `http://[::1]:${port}/hooks`],
    ['one of IPv4 within IPv6', `http://[::ffff:127.0.0.1]:${port}/hooks`],
    ['where a cloud keeps its keys', 'http://169.254.169.254/latest/meta-data'],
    ['a name that leads inside', `http://hooks.example.com:${port}/hooks`],
  ])('%s', async (_what, url) => {
    await expect(guarded(message({ url }))).rejects.toMatchObject({ kind: 'permanent', code: 'address_forbidden' });
    expect(inside.requests).toEqual([]);
  });

  test('a host inside that is allowed is reached, by its name too', async () => {
    const before = receiver.requests.length;
    const place = `store.example:${new URL(receiver.url).port}`;
    const allowed = makeWebhookSender({ dispatcher: dispatcherFor([place], leadsInside), timeoutMs: 5000 });
    expect(await allowed(message({ url: `http://${place}/hooks` }))).toEqual({ status: 204 });
    expect(receiver.requests.length).toBe(before + 1);
    const elsewhere = message({ url: `http://other.example:${port}/hooks` });
    await expect(allowed(elsewhere)).rejects.toMatchObject({ code: 'address_forbidden' });
  });

  test.each([
    ['file:///etc/passwd'],
    ['ftp://example.com/'],
    ['http://user:canary@example.com/'],
    ['http://canary@example.com/'],
    ['http://:canary@example.com/'],
    ['no URL'],
    [''],
  ])('%s is a bad URL', async (url) => {
    const failure = await send({ url }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'permanent', code: 'bad_url' });
    expect(toldOf(failure)).not.toContain('canary');
  });

  test('without a secret that can sign nothing is sent', async () => {
    const before = receiver.requests.length;
    for (const secrets of [[], [''], ['whsec_'], ['whsec_canary!'], [SECRET, 'whsec_canary!']]) {
      const failure = await send({ secrets }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ kind: 'auth', code: 'bad_secret' });
      expect(toldOf(failure)).not.toContain('canary');
    }
    expect(receiver.requests.length).toBe(before);
  });
});

/** All that a log could show of it. */
function toldOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error instanceof OutsideFailure ? error.code : '';
  return [own, error.message, error.stack, JSON.stringify(error), error.cause ? toldOf(error.cause) : ''].join('\n');
}
