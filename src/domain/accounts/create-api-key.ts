// Keys look like `baton_<id>_<secret>`: the id finds the row, the secret is compared by its hash in constant time.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { ID_PATTERN, newId } from '../ids.ts';
import { ApiKey } from './api-key.ts';
import type { Scope } from './scopes.ts';

type NewApiKey = {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly accounts: readonly string[] | null;
  readonly expiresAt: Date | null;
};

/** @returns the row, and the key itself: 256 bits of chance, shown this once. */
export async function createApiKey(act: Act, wanted: NewApiKey): Promise<{ apiKey: ApiKey; key: string }> {
  const id = newId();
  const secret = randomBytes(32).toString('base64url');
  const apiKey = act.em.create(ApiKey, {
    id,
    ...wanted,
    secretHash: hash(secret).toString('hex'),
    createdAt: act.now,
    revokedAt: null,
  });
  await act.em.flush();
  return { apiKey, key: `baton_${id}_${secret}` };
}

/** The row that this key belongs to; null when it is not a key, unknown, revoked or expired. Takes as long for an unknown id. */
export async function verifyApiKey(em: EntityManager, key: string, now: Date): Promise<ApiKey | null> {
  const [word, id, secret] = [key.slice(0, 6), key.slice(6, 32), key.slice(33)];
  if (word !== 'baton_' || key[32] !== '_' || id === undefined || !ID_PATTERN.test(id)) return null;
  const apiKey = await em.findOne(ApiKey, { id });
  const expected = Buffer.from(apiKey?.secretHash ?? '0'.repeat(64), 'hex');
  const right = timingSafeEqual(expected, hash(secret ?? ''));
  return apiKey && right && apiKey.isValidAt(now) ? apiKey : null;
}

/** @throws DomainError api_key_not_found */
export async function revokeApiKey(act: Act, id: string): Promise<void> {
  const apiKey = await act.em.findOne(ApiKey, { id });
  if (!apiKey) throw new DomainError('api_key_not_found', `There is no API key ${id}.`);
  apiKey.revokedAt ??= act.now;
  await act.em.flush();
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
