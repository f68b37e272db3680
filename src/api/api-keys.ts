// API keys: made, shown once, revoked.
import { z } from 'zod';
import { ApiKey } from '../domain/accounts/api-key.ts';
import { createApiKey, revokeApiKey } from '../domain/accounts/create-api-key.ts';
import { SCOPES, type Scope } from '../domain/accounts/scopes.ts';
import { DomainError } from '../domain/errors.ts';
import { findAccountFor } from './access.ts';
import { mayTouchAll, onlyForEveryAccount, type Principal } from './auth.ts';
import { route } from './route.ts';
import { ById, Id, Name, Time } from './shapes.ts';

const ApiKeyView = z
  .object({
    id: Id,
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    accounts: z.array(Id).nullable(),
    createdAt: Time,
    expiresAt: Time.nullable(),
    revokedAt: Time.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const postApiKey = route({
  method: 'post',
  path: '/v1/api-keys',
  summary: 'Create an API key. The key is shown this once; a key can give no more than it has, and for no longer.',
  door: { key: 'keys:write' },
  body: z.strictObject({
    name: Name,
    scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
    accounts: z.array(Id).min(1).max(1000).nullable().default(null),
    expiresAt: Time.nullable().default(null),
  }),
  answers: { 201: { says: 'The key itself, and what it may do.', schema: ApiKeyView.extend({ key: z.string() }) } },
  handle: ({ principal, body, change }) =>
    change(async (act) => {
      const wanted = {
        ...body,
        accounts: body.accounts && [...new Set(body.accounts)],
        expiresAt: body.expiresAt === null ? null : new Date(body.expiresAt),
      };
      checkGrant(principal, wanted);
      for (const account of wanted.accounts ?? []) await findAccountFor(act.em, principal, account);
      const { apiKey, key } = await createApiKey(act, wanted);
      return { status: 201, body: { ...viewApiKey(apiKey), key } };
    }),
});

export const deleteApiKey = route({
  method: 'delete',
  path: '/v1/api-keys/:id',
  summary: 'Revoke an API key; other processes notice within 5 s.',
  door: { key: 'keys:write' },
  params: ById,
  answers: { 204: { says: 'It is revoked.' } },
  handle: async ({ context, principal, params, change }) => {
    const answer = await change(async (act) => {
      const apiKey = await act.em.findOne(ApiKey, { id: params.id });
      if (apiKey && !mayTouchAll(principal, apiKey.accounts))
        throw new DomainError('api_key_not_found', `There is no API key ${params.id}.`);
      await revokeApiKey(act, params.id);
      return { status: 204 };
    });
    context.auth.forgetKeys();
    return answer;
  },
});

function checkGrant(
  principal: Principal,
  wanted: { scopes: readonly Scope[]; accounts: readonly string[] | null; expiresAt: Date | null },
): void {
  const beyond = wanted.scopes.filter((scope) => principal.type !== 'key' || !principal.scopes.includes(scope));
  if (beyond.length > 0)
    throw new DomainError('scope_missing', `This key can not give what it lacks: ${beyond.join(', ')}.`);
  if (wanted.accounts === null) onlyForEveryAccount(principal);
  const end = principal.type === 'key' ? principal.expiresAt : null;
  if (end !== null && (wanted.expiresAt === null || wanted.expiresAt > end))
    throw new DomainError(
      'scope_missing',
      `A key can not outlive the one that makes it: set expiresAt to ${end.toISOString()} or before.`,
    );
}

function viewApiKey({ id, name, scopes, accounts, createdAt, expiresAt, revokedAt }: ApiKey) {
  return {
    id,
    name,
    scopes,
    accounts,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
