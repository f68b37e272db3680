// WeCom's tokens, shared through a real Redis by caches that stand for as many processes.
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { spendFor } from '../../src/integrations/rate-limits.ts';
import { makeTokenCache, type TokenCache } from '../../src/integrations/wecom/token-cache.ts';
import { makeWecom } from '../../src/integrations/wecom/wecom.ts';
import { startWecom } from '../support/outside/wecom-server.ts';

const REDIS_URL = process.env.TEST_REDIS_URL ?? '';
const redis = new Redis(REDIS_URL);
await redis.ping();
const outside = await startWecom();
afterAll(async () => {
  redis.disconnect();
  await outside.close();
});

const OWNER = { corpId: 'ww1', secret: 'canary-secret' };
let prefix = '';
beforeEach(() => {
  prefix = `test-${randomUUID()}`;
});

const oneProcess = (): TokenCache => makeTokenCache(redis, prefix);
/** The same Redis, at which some commands take their own way. */
const redisWith = (commands: object): Redis => Object.assign(Object.create(redis), commands);
const clientOf = (tokens: TokenCache) => {
  const { url: baseUrl, corpId, agentId, secret } = outside;
  return makeWecom({ baseUrl, corpId, agentId, secret, kfSecret: null, tokens, timeoutMs: 2000 });
};

test('ten processes at once ask for one token, and again one when it is taken back', async () => {
  const clients = Array.from({ length: 10 }, () => clientOf(oneProcess()));
  const before = outside.tokensIssued();
  await Promise.all(clients.map((client) => client.user('LiSi')));
  expect(outside.tokensIssued() - before).toBe(1);
  outside.revokeTokens(42_001);
  await Promise.all(clients.map((client) => client.user('LiSi')));
  expect(outside.tokensIssued() - before).toBe(2);
});

test('a token ends for us five minutes early, under a name that tells no secret', async () => {
  const ask = async () => ({ token: 'one', expiresInSeconds: 7200 });
  expect(await oneProcess().take(OWNER, ask)).toBe('one');
  const [key = '', ...others] = await redis.keys(`${prefix}*`);
  expect(others).toEqual([]);
  expect(key).not.toContain('canary');
  const seconds = await redis.ttl(key);
  expect(seconds).toBeGreaterThan(6890);
  expect(seconds).toBeLessThanOrEqual(6900);
});

test('two secrets of one company have a token each', async () => {
  const tokens = oneProcess();
  const take = (secret: string) =>
    tokens.take({ ...OWNER, secret }, async () => ({ token: `of ${secret}`, expiresInSeconds: 7200 }));
  expect(await Promise.all([take('a'), take('b')])).toEqual(['of a', 'of b']);
});

test('only the very token that failed is forgotten', async () => {
  let count = 0;
  const ask = async () => {
    count += 1;
    return { token: `token ${count}`, expiresInSeconds: 7200 };
  };
  const [one, other] = [oneProcess(), oneProcess()];
  expect(await one.take(OWNER, ask)).toBe('token 1');
  expect(await other.renew(OWNER, 'token 1', ask)).toBe('token 2');
  expect(await one.renew(OWNER, 'token 1', ask)).toBe('token 2');
  expect(await one.take(OWNER, ask)).toBe('token 2');
  expect(count).toBe(2);
});

test('when the asking fails, the next process asks at once', async () => {
  const failing = oneProcess().take(OWNER, async () => {
    throw new Error('no token today');
  });
  await expect(failing).rejects.toThrow('no token today');
  expect(await oneProcess().take(OWNER, async () => ({ token: 'one', expiresInSeconds: 7200 }))).toBe('one');
  expect((await redis.keys(`${prefix}*`)).length).toBe(1);
});

test('a token that was read just before it was forgotten is not given again', async () => {
  let count = 0;
  const ask = async () => {
    count += 1;
    return { token: `token ${count}`, expiresInSeconds: 7200 };
  };
  await oneProcess().take(OWNER, ask);
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const tokens = makeTokenCache(
    redisWith({
      // The answer to the look is under way until the token was forgotten and the renewal has joined the look.
      get: async (key: string) => {
        const found = await redis.get(key);
        await held;
        return found;
      },
      eval: async (script: string, keys: number, key: string, value: string) => {
        await redis.eval(script, keys, key, value);
        setImmediate(letGo);
      },
    }),
    prefix,
  );
  const looking = tokens.take(OWNER, ask);
  expect(await tokens.renew(OWNER, 'token 1', ask)).toBe('token 2');
  expect(await looking).toBe('token 1');
});

test('a token that came between the look and the lock is taken, and none is asked for', async () => {
  let looks = 0;
  const tokens = makeTokenCache(
    redisWith({
      get: async (key: string) => {
        const found = await redis.get(key);
        looks += 1;
        if (looks === 1) await redis.set(key, 'of another process');
        return found;
      },
    }),
    prefix,
  );
  const none = () => Promise.reject(new Error('must not ask'));
  expect(await tokens.take(OWNER, none)).toBe('of another process');
});

test('while one asks the others wait for its token, and ask nothing', async () => {
  let give = (_: string) => {};
  let hasAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    hasAsked = resolve;
  });
  const first = oneProcess().take(OWNER, async () => {
    hasAsked();
    return { token: await new Promise<string>((resolve) => (give = resolve)), expiresInSeconds: 7200 };
  });
  await asked;
  const second = oneProcess().take(OWNER, () => Promise.reject(new Error('must not ask')));
  give('one');
  expect(await Promise.all([first, second])).toEqual(['one', 'one']);
});

test('when Redis is away each process has its own token, and forgets it where it failed', async () => {
  const away = new Redis({ lazyConnect: true });
  const tokens = makeTokenCache(away, prefix);
  let count = 0;
  const ask = async () => {
    count += 1;
    return { token: `token ${count}`, expiresInSeconds: 7200 };
  };
  expect([await tokens.take(OWNER, ask), await tokens.take(OWNER, ask)]).toEqual(['token 1', 'token 1']);
  expect(await tokens.renew(OWNER, 'another', ask)).toBe('token 1');
  expect(await tokens.renew(OWNER, 'token 1', ask)).toBe('token 2');
});

test('when Redis goes while it is asked, a token comes all the same', async () => {
  const frail = new Redis(REDIS_URL, { enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: null });
  frail.on('error', () => undefined);
  await new Promise<void>((resolve) => frail.once('ready', resolve));
  const tokens = makeTokenCache(frail, prefix);
  const taking = tokens.take(OWNER, async () => ({ token: 'one', expiresInSeconds: 7200 }));
  frail.disconnect();
  expect(await taking).toBe('one');
});

test('limits are counted together, and say how long to wait', async () => {
  const limits = [
    { points: 2, seconds: 60 },
    { points: 3, seconds: 3600 },
  ];
  const spend = (key: string) => spendFor(redis, prefix, key, limits);
  expect(await Promise.all([spend('a'), spend('a')])).toEqual([null, null]);
  const wait = await spend('a');
  expect(wait).toBeGreaterThan(50_000);
  expect(wait).toBeLessThanOrEqual(60_000);
  expect(await spend('b')).toBeNull();
});

test('where Redis is away nothing is counted', async () => {
  const away = new Redis({ lazyConnect: true });
  const limits = [{ points: 1, seconds: 60 }];
  expect(await spendFor(away, prefix, 'a', limits)).toBeNull();
  expect(await spendFor(away, prefix, 'a', limits)).toBeNull();
});
