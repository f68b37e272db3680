// An account is connected to a channel, or its connection is changed: the whole document replaces the one before; secrets that are
// left out stay, while the channel stays where it is. Nobody is sent a secret that was given for somebody else.
import { LockMode } from '@mikro-orm/mysql';
import { z } from 'zod';
import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { newId } from '../ids.ts';
import { seal, unseal } from '../seal.ts';
import { readStored } from '../stored-document.ts';
import { ENDPOINTS } from './create-webhook.ts';
import { Endpoint } from './endpoint.ts';
import { ChatwootSecrets, ChatwootSettings, WecomSecrets, WecomSettings } from './endpoint-settings.ts';
import type { Channel } from './kinds.ts';

export const CHANNEL_SETTINGS = { chatwoot: ChatwootSettings, wecom: WecomSettings } as const;
export const CHANNEL_SECRETS = { chatwoot: ChatwootSecrets, wecom: WecomSecrets } as const;

export type WantedChannel<C extends Channel> = {
  readonly url: string;
  readonly settings: z.output<(typeof CHANNEL_SETTINGS)[C]>;
  /** Null forgets one; what is left out stays. */
  readonly secrets: Readonly<Record<string, string | null | undefined>>;
};

/**
 * @param account locked by nobody: this locks it, so that two at once make one channel.
 * @param secret the installation's.
 * @throws ZodError where, with what was known before, a secret is missing; or, at another origin, was not given again.
 */
export async function setChannel<C extends Channel>(
  act: Act,
  accountId: string,
  channel: C,
  { url, settings, secrets }: WantedChannel<C>,
  secret: string,
): Promise<{ endpoint: Endpoint; isNew: boolean }> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  const account = await act.em.findOneOrFail(Account, { id: accountId }, lock);
  const known = await act.em.findOne(Endpoint, { accountId, channel }, lock);
  const before = known ? secretsOf(known, channel, secret) : {};
  const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== undefined));
  if (known && isElsewhere(known.url, url)) checkGivenAgain(before, given);
  const sealed = seal(JSON.stringify(CHANNEL_SECRETS[channel].parse({ ...before, ...given })), ENDPOINTS, secret);
  const values = { url, settings: JSON.stringify(settings), secrets: sealed, updatedAt: act.now };
  if (known) {
    act.em.assign(known, values);
    await act.em.flush();
    return { endpoint: known, isNew: false };
  }
  const endpoint = act.em.create(Endpoint, {
    id: newId(),
    accountId,
    kind: channel,
    channel,
    name: `${account.name} (${channel})`.slice(0, 120),
    events: null,
    state: 'enabled',
    reason: null,
    createdAt: act.now,
    removedAt: null,
    ...values,
  });
  await act.em.flush();
  return { endpoint, isNew: true };
}

function isElsewhere(before: string, now: string): boolean {
  return new URL(before).origin !== new URL(now).origin;
}

/** Whoever may say where a channel is need not know its secrets, and must not be sent them. @throws ZodError */
function checkGivenAgain(before: object, given: object): void {
  const missing = Object.entries(before).filter(([name, value]) => value !== null && !(name in given));
  if (missing.length === 0) return;
  const message =
    'must be given again, or null: the URL has another origin, which is not sent what was given for the one before';
  throw new z.ZodError(missing.map(([name]) => ({ code: 'custom', path: [name], message, input: undefined })));
}

/** As far as this release knows it: what another one has written beside it is left out. */
export function settingsOf<C extends Channel>(
  endpoint: Pick<Endpoint, 'settings'>,
  channel: C,
): z.output<(typeof CHANNEL_SETTINGS)[C]> {
  return readStored<z.ZodType>(CHANNEL_SETTINGS[channel], JSON.parse(endpoint.settings)) as z.output<
    (typeof CHANNEL_SETTINGS)[C]
  >; // the schema is the channel's
}

/** @param secret the installation's. */
export function secretsOf<C extends Channel>(
  endpoint: Pick<Endpoint, 'secrets'>,
  channel: C,
  secret: string,
): z.output<(typeof CHANNEL_SECRETS)[C]> {
  const opened: unknown = JSON.parse(unseal(endpoint.secrets, ENDPOINTS, secret));
  return readStored<z.ZodType>(CHANNEL_SECRETS[channel], opened) as z.output<(typeof CHANNEL_SECRETS)[C]>; // the schema is the channel's
}
