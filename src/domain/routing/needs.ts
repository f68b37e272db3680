// What is asked of the agent who takes a session: what its kind asks for in the account's settings, and what the request named.
import type { Needs } from '../accounts/settings.ts';
import type { SessionKind } from '../sessions/kinds.ts';

/** Skills add up; a team that the request names goes before that of the kind. */
export function needsOf(ofKinds: Partial<Record<SessionKind, Needs>>, kind: SessionKind, own: Needs | null): Needs {
  const usual = ofKinds[kind];
  return {
    skills: [...new Set([...(usual?.skills ?? []), ...(own?.skills ?? [])])],
    team: own?.team ?? usual?.team ?? null,
  };
}
