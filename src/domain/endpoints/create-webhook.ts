// A webhook of an account comes into being, with a secret that is shown this once; and gets a new one, while the old one still counts.
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { seal, unseal } from '../seal.ts';
import { readStored } from '../stored-document.ts';
import { Endpoint } from './endpoint.ts';
import { WebhookSecrets } from './endpoint-settings.ts';
import { lockEndpoint } from './find-endpoints.ts';
import { makeWebhookSecret } from './webhook-secret.ts';

/** What endpoints' secrets are sealed for. */
export const ENDPOINTS = 'endpoints';
/** Of one account; each event is written down once for each. */
const WEBHOOKS_LIMIT = 20;

export type NewWebhook = {
  readonly accountId: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
};

/** @param secret the installation's. @throws DomainError endpoints_full */
export async function createWebhook(
  act: Act,
  { accountId, name, url, events }: NewWebhook,
  secret: string,
): Promise<{ endpoint: Endpoint; shown: string }> {
  if ((await act.em.count(Endpoint, { accountId, kind: 'webhook' })) >= WEBHOOKS_LIMIT)
    throw new DomainError('endpoints_full', `An account has at most ${WEBHOOKS_LIMIT} webhooks; remove one.`);
  const shown = makeWebhookSecret();
  const endpoint = act.em.create(Endpoint, {
    id: newId(),
    accountId,
    kind: 'webhook',
    channel: null,
    name,
    url,
    events: JSON.stringify(events),
    settings: '{}',
    secrets: sealSecrets([{ secret: shown, until: null }], secret),
    state: 'enabled',
    reason: null,
    createdAt: act.now,
    updatedAt: act.now,
    removedAt: null,
  });
  await act.em.flush();
  return { endpoint, shown };
}

/** How long an old secret signs beside the new one. */
const OVERLAP_MS = 24 * 3_600_000;
const SECRETS_LIMIT = 5;

/** @returns the new secret, shown this once. @throws DomainError endpoint_not_found */
export async function rotateSecret(
  act: Act,
  id: string,
  secret: string,
): Promise<{ endpoint: Endpoint; shown: string }> {
  const endpoint = await lockEndpoint(act, id);
  const shown = makeWebhookSecret();
  const until = new Date(act.now.getTime() + OVERLAP_MS).toISOString();
  const older = openSecrets(endpoint.secrets, secret).map((each) => ({ ...each, until: each.until ?? until }));
  const valid = older.filter((each) => each.until > act.now.toISOString());
  endpoint.secrets = sealSecrets([{ secret: shown, until: null }, ...valid].slice(0, SECRETS_LIMIT), secret);
  endpoint.updatedAt = act.now;
  await act.em.flush();
  return { endpoint, shown };
}

/** Those that sign now, the newest first. */
export function validSecrets(sealed: string, now: Date, secret: string): string[] {
  const all = openSecrets(sealed, secret);
  return all.filter(({ until }) => until === null || until > now.toISOString()).map((each) => each.secret);
}

function openSecrets(sealed: string, secret: string): WebhookSecrets {
  return readStored(WebhookSecrets, JSON.parse(unseal(sealed, ENDPOINTS, secret)));
}

function sealSecrets(secrets: WebhookSecrets, secret: string): string {
  return seal(JSON.stringify(secrets), ENDPOINTS, secret);
}
