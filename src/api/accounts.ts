// Accounts and API keys.
import { z } from 'zod';
import { Account } from '../domain/accounts/account.ts';
import { ApiKey } from '../domain/accounts/api-key.ts';
import { changeAccount, createAccount } from '../domain/accounts/create-account.ts';
import { createApiKey, revokeApiKey } from '../domain/accounts/create-api-key.ts';
import { SCOPES } from '../domain/accounts/scopes.ts';
import { Settings } from '../domain/accounts/settings.ts';
import { ExternalId } from '../domain/contacts/profile.ts';
import { DomainError } from '../domain/errors.ts';
import { findAccountFor } from './access.ts';
import type { Principal } from './auth.ts';
import { route } from './route.ts';
import { ById, Id, Name, Time } from './shapes.ts';

const SettingsDocument = Settings.meta({
  id: 'Settings',
  description: 'The settings of an account; what is left out has the default that is shown.',
});

const AccountView = z
  .object({
    id: Id,
    platform: z.string(),
    externalId: z.string(),
    name: z.string(),
    settings: SettingsDocument,
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Account' });

const NewAccount = z.strictObject({
  platform: z.string().regex(/^[a-z0-9_]{1,40}$/, 'must be 1-40 of a-z, 0-9 and _'),
  externalId: ExternalId,
  name: Name,
  settings: Settings.prefault({}),
});

/** An unset default must not be written down as if it had been chosen. */
const ChangedSettings = z.strictObject(Settings.shape).partial();

export const postAccount = route({
  method: 'post',
  path: '/v1/accounts',
  summary: 'Create an account: an identity that we speak as on a platform.',
  door: { key: 'accounts:write' },
  body: NewAccount,
  answers: { 201: { says: 'The account.', schema: AccountView } },
  handle: ({ principal, body, change }) => {
    onlyForEveryAccount(principal);
    return change(async (act) => ({ status: 201, body: viewAccount(await createAccount(act, body)) }));
  },
});

export const getAccounts = route({
  method: 'get',
  path: '/v1/accounts',
  summary: 'The accounts that the caller may touch, at most 1,000, in the order of their creation.',
  door: { key: 'accounts:read', agent: true },
  answers: { 200: { says: 'The accounts.', schema: z.object({ data: z.array(AccountView) }) } },
  handle: async ({ context, principal }) => {
    const where = principal.accounts === null ? {} : { id: { $in: [...principal.accounts] } };
    const accounts = await context.kernel.orm.em.fork().find(Account, where, { orderBy: { id: 'asc' }, limit: 1000 });
    return { status: 200, body: { data: accounts.map(viewAccount) } };
  },
});

export const getAccount = route({
  method: 'get',
  path: '/v1/accounts/:id',
  summary: 'One account with its whole settings document.',
  door: { key: 'accounts:read', agent: true },
  params: ById,
  answers: { 200: { says: 'The account.', schema: AccountView } },
  handle: async ({ context, principal, params }) => ({
    status: 200,
    body: viewAccount(await findAccountFor(context.kernel.orm.em.fork(), principal, params.id)),
  }),
});

export const patchAccount = route({
  method: 'patch',
  path: '/v1/accounts/:id',
  summary: 'Change the name or settings; each top-level setting that is given replaces the one before.',
  door: { key: 'accounts:write' },
  params: ById,
  body: z.strictObject({ name: Name.optional(), settings: ChangedSettings.optional() }),
  answers: { 200: { says: 'The account.', schema: AccountView } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findAccountFor(act.em, principal, params.id);
      return { status: 200, body: viewAccount(await changeAccount(act, params.id, body)) };
    }),
});

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
  summary: 'Create an API key. The key is shown this once; a key can give no more than it has.',
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
      checkGrant(principal, body);
      for (const account of body.accounts ?? []) await findAccountFor(act.em, principal, account);
      const { apiKey, key } = await createApiKey(act, {
        ...body,
        expiresAt: body.expiresAt === null ? null : new Date(body.expiresAt),
      });
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
      if (apiKey && !covers(principal, apiKey.accounts))
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
  wanted: { scopes: readonly string[]; accounts: readonly string[] | null },
): void {
  const own: readonly string[] = principal.type === 'key' ? principal.scopes : [];
  const beyond = wanted.scopes.filter((scope) => !own.includes(scope));
  if (beyond.length > 0)
    throw new DomainError('scope_missing', `This key can not give what it lacks: ${beyond.join(', ')}.`);
  if (wanted.accounts === null) onlyForEveryAccount(principal);
}

function onlyForEveryAccount(principal: Principal): void {
  if (principal.accounts !== null)
    throw new DomainError('scope_missing', 'This is for keys that are not limited to accounts.');
}

function covers(principal: Principal, accounts: readonly string[] | null): boolean {
  const own = principal.accounts;
  if (own === null) return true;
  return accounts?.every((account) => own.includes(account)) ?? false;
}

function viewAccount(account: Account) {
  const { id, platform, externalId, name, createdAt, updatedAt } = account;
  return {
    id,
    platform,
    externalId,
    name,
    settings: account.fullSettings,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
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
