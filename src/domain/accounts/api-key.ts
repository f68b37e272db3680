// A key for upstream systems and operators. The secret itself is shown once, at creation; only its SHA-256 is kept.
import { defineEntity, p } from '@mikro-orm/mysql';
import type { Scope } from './scopes.ts';

const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  properties: {
    id: p.string().primary(),
    name: p.string(),
    secretHash: p.string(),
    scopes: p.json<readonly Scope[]>(),
    accounts: p.json<readonly string[]>().strictNullable(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3).strictNullable(),
    revokedAt: p.datetime(3).strictNullable(),
  },
});

export class ApiKey extends ApiKeySchema.class {
  isValidAt(now: Date): boolean {
    return this.revokedAt === null && (this.expiresAt === null || this.expiresAt > now);
  }
}
ApiKeySchema.setClass(ApiKey);
