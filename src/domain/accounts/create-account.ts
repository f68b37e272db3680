// Accounts come into being once for each external id of a platform, and change by whole top-level settings.
import { LockMode } from '@mikro-orm/mysql';
import type { z } from 'zod';
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { Account } from './account.ts';
import type { Settings } from './settings.ts';

export type NewAccount = {
  readonly platform: string;
  readonly externalId: string;
  readonly name: string;
  /** As it was sent: a default of ours is not written down as if it had been chosen. */
  readonly settings: z.input<typeof Settings>;
};

/** @throws DomainError account_exists when the platform knows that external id here already. */
export async function createAccount(act: Act, wanted: NewAccount): Promise<Account> {
  const { platform, externalId } = wanted;
  const known = await act.em.findOne(Account, { platform, externalId });
  if (known)
    throw new DomainError('account_exists', `There is an account ${externalId} on ${platform} already.`, {
      accountId: known.id,
    });
  const account = act.em.create(Account, { id: newId(), ...wanted, createdAt: act.now, updatedAt: act.now });
  await act.em.flush();
  return account;
}

/** Changes the name, or settings: each top-level setting that is given replaces the one before, the others stay. */
export async function changeAccount(
  act: Act,
  id: string,
  changes: { name?: string | undefined; settings?: z.input<typeof Settings> | undefined },
): Promise<Account> {
  const account = await lockAccount(act, id);
  if (changes.name !== undefined) account.name = changes.name;
  if (changes.settings !== undefined) account.settings = { ...account.settings, ...changes.settings };
  account.updatedAt = act.now;
  await act.em.flush();
  return account;
}

/** What is there is merged with what comes, so two changes at once take turns. @throws DomainError account_not_found */
async function lockAccount(act: Act, id: string): Promise<Account> {
  const account = await act.em.findOne(Account, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!account) throw new DomainError('account_not_found', `There is no account ${id}.`);
  return account;
}
