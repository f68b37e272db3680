// Presence is two facts that must not be mixed: what the agent declares, which only the agent (or a schedule) changes, and
// whether a live connection reaches them, which follows from leases.

export const AVAILABILITIES = ['online', 'busy', 'away', 'offline'] as const;
export type Availability = (typeof AVAILABILITIES)[number];

export type Presence = {
  readonly availability: Availability;
  readonly reachable: boolean;
  readonly alwaysReachable: boolean;
};

/** Why this agent can not be given work now, in a sentence; null when they can. */
export function whyAbsent({ availability, reachable, alwaysReachable }: Presence): string | null {
  if (availability !== 'online') return `declared ${availability}`;
  if (!reachable && !alwaysReachable) return 'no live connection';
  return null;
}
