// The one status that the desk shows, derived from the open sessions of a conversation.

export const DESK_STATUSES = ['queued', 'waiting', 'ai_handling', 'serving', 'resolved'] as const;
export type DeskStatus = (typeof DESK_STATUSES)[number];

export type OpenSession = { readonly handler: 'robot' | 'human'; readonly state: string };

/** A person who speaks comes first, then a robot that speaks, then whoever waits for a person, then robots that wait. */
export function deskStatus(open: readonly OpenSession[]): DeskStatus {
  const has = (handler: string, ...states: string[]) =>
    open.some((session) => session.handler === handler && states.includes(session.state));
  if (has('human', 'active')) return 'serving';
  if (has('robot', 'active')) return 'ai_handling';
  if (has('human', 'pending', 'paused')) return 'queued';
  if (has('robot', 'pending', 'paused')) return 'waiting';
  return 'resolved';
}
