// Pictures from a host on loopback that is allowed by name: what comes, and each way in which it does not.
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { request } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { makeGuardedDispatcher } from '../../src/integrations/guarded-dispatcher.ts';
import { type FetchOptions, fetchPicture } from '../../src/integrations/guarded-fetch.ts';
import { startPictureHost } from '../support/outside/picture-host.ts';

const host = await startPictureHost();
const inside = await startPictureHost();
afterAll(() => Promise.all([host.close(), inside.close()]));

const canvas = sharp({ create: { width: 24, height: 16, channels: 3, background: '#369' } });
const PNG = await canvas.clone().png().toBuffer();
const PICTURES = [
  ['image/jpeg', await canvas.clone().jpeg().toBuffer()],
  ['image/png', PNG],
  ['image/webp', await canvas.clone().webp().toBuffer()],
  ['image/gif', await canvas.clone().gif().toBuffer()],
  ['image/tiff', await canvas.clone().tiff().toBuffer()],
] as const;

function get(url: string, options: Partial<FetchOptions> = {}) {
  return fetchPicture(url, { allow: [host.host], maxBytes: 100_000, timeoutMs: 5000, ...options });
}

describe('what comes', () => {
  test.each(PICTURES)('%s is known by its bytes, whatever the host calls it', async (mediaType, data) => {
    for (const claimed of ['image/anything', 'application/octet-stream', null]) {
      host.next({ kind: 'file', data, mediaType: claimed });
      expect(await get(`${host.url}/x`)).toEqual({ data, mediaType });
    }
  });

  test('nothing is asked for compressed, and no cookie or key goes along', async () => {
    host.next({ kind: 'file', data: PNG });
    await get(`${host.url}/plain.png?a=1`);
    const sent = host.requests.at(-1);
    expect(sent?.headers).toMatchObject({ 'accept-encoding': 'identity', accept: 'image/*' });
    expect(Object.keys(sent?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(sent?.query.get('a')).toBe('1');
  });

  test('no connection is kept', async () => {
    host.next({ kind: 'file', data: PNG });
    await get(`${host.url}/x`);
    const later = new Promise((resolve) => setTimeout(() => resolve('it is still open'), 2000).unref());
    expect(await Promise.race([host.requests.at(-1)?.ended, later])).toBeUndefined();
  });

  test('a picture of just the allowed size comes, one byte more does not', async () => {
    const url = host.at('/exact.png', { kind: 'file', data: PNG });
    expect((await get(url, { maxBytes: PNG.length })).data.length).toBe(PNG.length);
    await expect(get(url, { maxBytes: PNG.length - 1 })).rejects.toMatchObject({
      kind: 'permanent',
      code: 'too_large',
    });
  });
});

describe('redirects', () => {
  test('three are followed, relative ones too, a fourth is not', async () => {
    host.at('/r0', { kind: 'file', data: PNG });
    for (const [n, status] of [301, 302, 303, 307].entries()) {
      host.at(`/r${n + 1}`, { kind: 'redirect', to: n % 2 === 0 ? `/r${n}` : `${host.url}/r${n}`, status });
    }
    expect((await get(`${host.url}/r3`)).data).toEqual(PNG);
    await expect(get(`${host.url}/r4`)).rejects.toMatchObject({ kind: 'permanent', code: 'too_many_redirects' });
  });

  test('each stop is judged anew: none leads inside', async () => {
    for (const to of [`${inside.url}/secret.png`, 'http://169.254.169.254/latest', 'http://[::1]/', '//0x7f.1/a.png']) {
      host.next({ kind: 'redirect', to });
      await expect(get(`${host.url}/out`)).rejects.toMatchObject({ kind: 'refused', code: 'address_forbidden' });
    }
    expect(inside.requests).toEqual([]);
  });

  test.each([['file:///etc/passwd'], ['http://u:p@example.com/'], ['http://:0:/']])(
    'one to %s is a bad URL',
    async (to) => {
      host.next({ kind: 'redirect', to });
      await expect(get(`${host.url}/out`)).rejects.toMatchObject({ kind: 'permanent', code: 'bad_url' });
    },
  );

  test('one to nowhere is a bad URL', async () => {
    host.next({ kind: 'status', status: 302 });
    await expect(get(`${host.url}/out`)).rejects.toMatchObject({ kind: 'permanent', code: 'bad_url' });
  });
});

describe('connections', () => {
  const allowed = makeGuardedDispatcher({ allow: [host.host] });
  const guarded = makeGuardedDispatcher({ allow: [], lookup: (_name, _options, done) => done(null, '127.0.0.1', 4) });
  afterAll(() => Promise.all([allowed.destroy(), guarded.destroy()]));

  test('a private place is not connected to, by address or by name, even when nobody judged the URL', async () => {
    const { port } = new URL(inside.url);
    for (const name of ['127.0.0.1', 'public.test', '[::ffff:127.0.0.1]']) {
      const answer = request(`http://${name}:${port}/`, { dispatcher: guarded });
      await expect(answer).rejects.toMatchObject({ code: 'address_forbidden' });
    }
    expect(inside.requests).toEqual([]);
  });

  test('an allowed place is one port, not the host', async () => {
    host.next({ kind: 'file', data: PNG });
    expect((await request(host.url, { dispatcher: allowed })).statusCode).toBe(200);
    await expect(request(inside.url, { dispatcher: allowed })).rejects.toMatchObject({ code: 'address_forbidden' });
  });

  test('a name is resolved once: what is judged is what is connected to', async () => {
    let times = 0;
    const { port } = new URL(host.url);
    host.next({ kind: 'file', data: PNG });
    await get(`http://store.test:${port}/`, {
      allow: [`store.test:${port}`],
      lookup: (_name, options, done) => {
        times += 1;
        if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
        else done(null, '127.0.0.1', 4);
      },
    });
    expect(times).toBe(1);
  });
});

describe('what does not come', () => {
  test.each([
    [400, 'permanent', 'http_400'],
    [401, 'permanent', 'forbidden'],
    [403, 'permanent', 'forbidden'],
    [404, 'permanent', 'not_found'],
    [410, 'permanent', 'not_found'],
    [408, 'retryable', 'http_408'],
    [429, 'rate_limited', 'rate_limited'],
    [500, 'retryable', 'http_500'],
    [503, 'retryable', 'http_503'],
    [206, 'permanent', 'http_206'],
  ])('status %i is %s, %s', async (status, kind, code) => {
    host.next({ kind: 'status', status });
    await expect(get(`${host.url}/x`)).rejects.toMatchObject({ kind, code });
  });

  test('a pause that the host asks for is handed on, in seconds or as a date', async () => {
    host.next({ kind: 'status', status: 429, headers: { 'retry-after': '7' } });
    await expect(get(`${host.url}/x`)).rejects.toMatchObject({ retryAfterMs: 7000 });
    const date = new Date(Date.now() + 60_000).toUTCString();
    host.next({ kind: 'status', status: 503, headers: { 'retry-after': date } });
    const failure = await get(`${host.url}/x`).catch((error: unknown) => error);
    expect(failure).toMatchObject({ retryAfterMs: expect.any(Number) });
    const { retryAfterMs } = failure as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  test('a page is no picture, whatever it is called', async () => {
    const page = Buffer.from('<html><body>not found</body></html>');
    for (const answer of [
      { data: page, mediaType: 'image/png' },
      { data: PNG, mediaType: 'text/html' },
      { data: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), mediaType: 'image/svg+xml' },
      { data: Buffer.alloc(0), mediaType: 'image/png' },
    ]) {
      host.next({ kind: 'file', ...answer });
      await expect(get(`${host.url}/x`)).rejects.toMatchObject({ kind: 'permanent', code: 'not_a_picture' });
    }
  });

  test('a compressed body is not unpacked', async () => {
    host.next({ kind: 'file', data: gzipSync(PNG), headers: { 'content-encoding': 'gzip' } });
    await expect(get(`${host.url}/x`)).rejects.toMatchObject({ code: 'not_a_picture' });
  });

  test('a body without end is cut off at the size', async () => {
    host.next({ kind: 'endless', data: Buffer.concat([PNG, Buffer.alloc(50_000)]) });
    await expect(get(`${host.url}/x`)).rejects.toMatchObject({ kind: 'permanent', code: 'too_large' });
    await host.requests.at(-1)?.gone;
  });

  test('a length that is said and too large is believed', async () => {
    host.next({ kind: 'says', bytes: 100_001, data: PNG });
    await expect(get(`${host.url}/x`)).rejects.toMatchObject({ kind: 'permanent', code: 'too_large' });
  });

  test('a body that ends before its length is not taken for whole', async () => {
    host.next({ kind: 'says', bytes: 90_000, data: PNG });
    await expect(get(`${host.url}/x`)).rejects.toMatchObject({ kind: 'retryable', code: 'network' });
  });

  test.each(['hang', 'stuck'] as const)('a host that does not finish (%s) is left in time', async (kind) => {
    host.next({ kind, data: PNG });
    await expect(get(`${host.url}/x`, { timeoutMs: 60 })).rejects.toMatchObject({ kind: 'retryable', code: 'timeout' });
    await host.requests.at(-1)?.gone;
  });

  test('redirects have no time of their own', async () => {
    host.next({ kind: 'redirect', to: '/then' });
    host.next({ kind: 'hang' });
    await expect(get(`${host.url}/x`, { timeoutMs: 80 })).rejects.toMatchObject({ code: 'timeout' });
  });

  test('who gives up is told so at once, and the host is left', async () => {
    const before = host.requests.length;
    host.next({ kind: 'hang' });
    const giveUp = new AbortController();
    const fetching = get(`${host.url}/x`, { signal: giveUp.signal, timeoutMs: 60_000 });
    await host.heard(before + 1);
    giveUp.abort();
    await expect(fetching).rejects.toMatchObject({ kind: 'retryable', code: 'aborted' });
    await host.requests.at(-1)?.gone;
    await expect(get(`${host.url}/x`, { signal: giveUp.signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(host.requests.length).toBe(before + 1);
  });

  test('a host that is not there is tried again later', async () => {
    const gone = await startPictureHost();
    await gone.close();
    await expect(get(`${gone.url}/x`, { allow: [gone.host] })).rejects.toMatchObject({
      kind: 'retryable',
      code: 'network',
    });
  });
});
