// Accounts, with their settings.
import { z } from 'zod';
import { Account } from '../domain/accounts/account.ts';
import { changeAccount, createAccount } from '../domain/accounts/create-account.ts';
import { Settings } from '../domain/accounts/settings.ts';
import { ExternalId } from '../domain/contacts/profile.ts';
import { findAccountFor } from './access.ts';
import { onlyForEveryAccount } from './auth.ts';
import { neverEmpty, pageOfIds } from './id-page.ts';
import { route } from './route.ts';
import { ById, Cursor, Id, Limit, Name, pageOf, Time } from './shapes.ts';

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

export const postAccount = route({
  method: 'post',
  path: '/v1/accounts',
  summary: 'Create an account: an identity that we speak as on a platform.',
  door: { key: 'accounts:write' },
  body: NewAccount,
  answers: { 201: { says: 'The account.', schema: AccountView } },
  handle: ({ principal, body, text, change }) => {
    onlyForEveryAccount(principal);
    const wanted = { ...body, settings: settingsIn(text) ?? {} };
    return change(async (act) => ({ status: 201, body: viewAccount(await createAccount(act, wanted)) }));
  },
});

export const getAccounts = route({
  method: 'get',
  path: '/v1/accounts',
  summary: 'The accounts that the caller may touch, in the order of their creation.',
  door: { key: 'accounts:read', agent: true },
  query: z.strictObject({ limit: Limit, cursor: Cursor }),
  answers: { 200: { says: 'One page.', schema: pageOf(AccountView) } },
  handle: async ({ context, principal, query }) => {
    const em = context.kernel.orm.em.fork();
    const own = principal.accounts;
    const rows =
      own === null
        ? { table: 'account', where: 'true', values: [] }
        : { table: 'account', where: 'id in (?)', values: [neverEmpty(own)] };
    const { ids, page } = await pageOfIds(em, rows, query, context.kernel.config.BATON_SECRET);
    const accounts = await em.find(Account, { id: { $in: ids } }, { orderBy: { id: 'asc' } });
    return { status: 200, body: { data: accounts.map(viewAccount), page } };
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
  body: z.strictObject({ name: Name.optional(), settings: Settings.optional() }),
  answers: { 200: { says: 'The account.', schema: AccountView } },
  handle: ({ principal, params, body, text, change }) =>
    change(async (act) => {
      await findAccountFor(act.em, principal, params.id);
      const changes = { name: body.name, settings: settingsIn(text) };
      return { status: 200, body: viewAccount(await changeAccount(act, params.id, changes)) };
    }),
});

/** The settings as they were sent, in a body that has been checked: what the schema filled in was nobody's choice. */
function settingsIn(text: string): z.input<typeof Settings> | undefined {
  return JSON.parse(text).settings;
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
