// WeCom's access tokens, one for each secret, shared by all processes through Redis: one process asks for a new one while the others
// wait for it, since WeCom blocks who asks often. Where Redis is away each process keeps its own; WeCom gives all the same one.
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { OutsideFailure } from '../outside-failure.ts';

export type Issued = { readonly token: string; readonly expiresInSeconds: number };

export type TokenCache = {
  /** @param ask gets a new one from WeCom. @throws OutsideFailure of the asking; `token_wait` (retryable). */
  readonly take: (owner: TokenOwner, ask: () => Promise<Issued>) => Promise<string>;
  /** The same after WeCom refused this very token: it is forgotten, a newer one is not. */
  readonly renew: (owner: TokenOwner, refused: string, ask: () => Promise<Issued>) => Promise<string>;
};

export type TokenOwner = { readonly corpId: string; readonly secret: string };

/** A token ends for us this long before it does for WeCom. */
const MARGIN_SECONDS = 300;
/** Longer than a token takes to come; should the one who asks die, another asks after this. */
const LOCK_MS = 10_000;
const LOOK_EVERY_MS = 50;
const PATIENCE_MS = LOCK_MS + 2_000;

export function makeTokenCache(redis: Redis, prefix: string): TokenCache {
  const own = makeMemory();
  const shared = makeShared(redis);
  const underWay = new Map<string, Promise<string>>();
  const keyOf = (owner: TokenOwner) => `${prefix}:wecom:token:${hashOf(owner)}`;
  const look = async (key: string, ask: () => Promise<Issued>): Promise<string> => {
    const taken = redis.status === 'ready' ? await shared.take(key, ask) : null;
    return taken ?? own.take(key, ask);
  };
  const take = (owner: TokenOwner, ask: () => Promise<Issued>): Promise<string> => {
    const key = keyOf(owner);
    const begun = underWay.get(key);
    if (begun) return begun;
    const taking = look(key, ask).finally(() => underWay.delete(key));
    underWay.set(key, taking);
    return taking;
  };
  return {
    take,
    renew: async (owner, refused, ask) => {
      own.drop(keyOf(owner), refused);
      if (redis.status === 'ready') await shared.drop(keyOf(owner), refused);
      const taken = await take(owner, ask);
      // A look that was under way may have read it before it was forgotten.
      return taken === refused ? take(owner, ask) : taken;
    },
  };
}

/** null: Redis failed, somebody else must know. */
function makeShared(redis: Redis) {
  const deleteIf = async (key: string, value: string) => {
    await redis.eval(DELETE_IF, 1, key, value).catch(() => undefined);
  };
  const askAlone = async (key: string, mark: string, ask: () => Promise<Issued>): Promise<string> => {
    try {
      // It may have come between the look and the lock.
      const come = await redis.get(key).catch(() => null);
      if (come !== null) return come;
      const { token, expiresInSeconds } = await ask();
      await redis.set(key, token, 'EX', lifeOf(expiresInSeconds)).catch(() => undefined);
      return token;
    } finally {
      await deleteIf(`${key}:lock`, mark);
    }
  };
  const read = async (key: string, mark: string): Promise<{ token: string | null; isOurs: boolean } | null> => {
    try {
      const token = await redis.get(key);
      if (token !== null) return { token, isOurs: false };
      return { token: null, isOurs: (await redis.set(`${key}:lock`, mark, 'PX', LOCK_MS, 'NX')) === 'OK' };
    } catch {
      return null;
    }
  };
  const take = async (key: string, ask: () => Promise<Issued>): Promise<string | null> => {
    const mark = randomUUID();
    for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
      const found = await read(key, mark);
      if (found === null) return null;
      if (found.token !== null) return found.token;
      if (found.isOurs) return askAlone(key, mark, ask);
      await pause(LOOK_EVERY_MS);
    }
    throw new OutsideFailure('retryable', 'token_wait', 'Another process asks WeCom for a token, and has none yet.');
  };
  return { take, drop: deleteIf };
}

const DELETE_IF = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

function makeMemory() {
  const tokens = new Map<string, { readonly token: string; readonly until: number }>();
  return {
    take: async (key: string, ask: () => Promise<Issued>): Promise<string> => {
      const known = tokens.get(key);
      if (known && known.until > Date.now()) return known.token;
      const { token, expiresInSeconds } = await ask();
      tokens.set(key, { token, until: Date.now() + lifeOf(expiresInSeconds) * 1000 });
      return token;
    },
    drop: (key: string, token: string) => {
      if (tokens.get(key)?.token === token) tokens.delete(key);
    },
  };
}

/** One that lives shorter than the margin is used for half its life. */
function lifeOf(expiresInSeconds: number): number {
  return Math.max(1, expiresInSeconds - MARGIN_SECONDS, Math.floor(Math.min(expiresInSeconds, MARGIN_SECONDS) / 2));
}

/** The secret itself is no key's name. */
function hashOf({ corpId, secret }: TokenOwner): string {
  return createHash('sha256').update(`${corpId}\n${secret}`).digest('hex').slice(0, 32);
}
