// What a message may say about its contact: the external id always, the rest where upstream knows it.
import { z } from 'zod';
import { CONTACT_KINDS } from './kinds.ts';

/** Text that can be written down: half of a surrogate pair would come back as another character. */
export const WholeText = z.string().refine((text) => text.isWellFormed(), 'must not hold half characters');

/** An id that a platform gave: 1-128 characters, no space at the ends (keys compare without them), no control characters. */
export const ExternalId = z
  .string()
  .min(1)
  .max(128)
  .regex(
    /^[^\s\p{Cc}\p{Cs}]([^\p{Cc}\p{Cs}]*[^\s\p{Cc}\p{Cs}])?$/u,
    'must not begin or end with a space, nor hold control characters or half characters',
  );

const label = (max: number) => WholeText.min(1).max(max).optional();

export const Profile = z.strictObject({
  id: ExternalId,
  kind: z.enum(CONTACT_KINDS).optional(),
  name: label(120),
  department: label(120),
  position: label(120),
  level: label(40),
  vip: z.boolean().optional(),
});

export type Profile = z.output<typeof Profile>;

/** The later profile, and what only the earlier one knew. */
export function mergeProfiles(earlier: Profile, later: Profile): Profile {
  const known = Object.entries(later).filter(([, value]) => value !== undefined);
  return { ...earlier, ...Object.fromEntries(known) };
}
