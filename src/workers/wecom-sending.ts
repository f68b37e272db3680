// What all that members of the company are sent has in common: how much of it WeCom takes, until when a repeat is harmless, and the
// pages that it leads to.
import type { Outcome, Parcel } from '../domain/deliveries/parcel.ts';
import { settingsOf } from '../domain/endpoints/set-channel.ts';
import { spendFor } from '../integrations/rate-limits.ts';
import { TO_MEMBER } from '../integrations/wecom/limits.ts';
import type { Kernel } from '../kernel.ts';

/** In which WeCom swallows the same words to the same person. */
export const CHECK_SECONDS = 600;

/** Of what WeCom knows a repeat of only by its words, and for a while. */
export function tooLateToRepeat({ delivery, firstAt }: Parcel, now: Date): boolean {
  return delivery.doubt && now.getTime() - firstAt.getTime() >= CHECK_SECONDS * 1000;
}

/** @returns what becomes of the attempt where there is none just now: WeCom would drop the message without a word. */
export async function roomFor(kernel: Kernel, endpoint: Parcel['endpoint'], userId: string): Promise<Outcome | null> {
  const { corpId, agentId } = settingsOf(endpoint, 'wecom');
  const key = `wecom:${corpId}:${agentId}:${userId.toLowerCase()}`;
  const milliseconds = await spendFor(kernel.producer, kernel.config.REDIS_PREFIX, key, TO_MEMBER);
  return milliseconds === null ? null : { kind: 'postponed', milliseconds, code: 'member_limit' };
}

/** A page of the company's, with its gaps filled. */
export function pageFor(page: string, gaps: Readonly<Record<string, string>>): string {
  return page.replaceAll(/\{(\w+)\}/g, (gap, name: string) => {
    const value = gaps[name];
    return value === undefined ? gap : encodeURIComponent(value);
  });
}
