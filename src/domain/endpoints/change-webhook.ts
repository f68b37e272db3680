// A webhook is changed by hand: where it is, what it hears, what it is called, whether it is told anything.
import type { Act } from '../act.ts';
import type { Endpoint } from './endpoint.ts';
import { lockEndpoint } from './find-endpoints.ts';

export type WebhookChanges = {
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
};

const BY_HAND = 'It was switched off by hand.';

/**
 * @returns `isAnew`: it was switched on, or is somewhere else now, so that what it failed at before says nothing any more.
 * @throws DomainError endpoint_not_found
 */
export async function changeWebhook(
  act: Act,
  id: string,
  { url, events, name, enabled }: WebhookChanges,
): Promise<{ endpoint: Endpoint; isAnew: boolean }> {
  const endpoint = await lockEndpoint(act, id);
  const isElsewhere = url !== undefined && url !== endpoint.url;
  const isSwitchedOn = switchEndpoint(endpoint, enabled, act.now);
  if (url !== undefined) endpoint.url = url;
  if (events !== undefined) endpoint.events = JSON.stringify(events);
  if (name !== undefined) endpoint.name = name;
  endpoint.updatedAt = act.now;
  await act.em.flush();
  return { endpoint, isAnew: isElsewhere || isSwitchedOn };
}

/** By hand. @param enabled left out: as it is. @returns whether it was off and is on now. */
export function switchEndpoint(endpoint: Endpoint, enabled: boolean | undefined, now: Date): boolean {
  const wanted = enabled === false ? 'disabled' : 'enabled';
  if (enabled === undefined || wanted === endpoint.state) return false;
  endpoint.moveTo(wanted, now, BY_HAND);
  return wanted === 'enabled';
}
