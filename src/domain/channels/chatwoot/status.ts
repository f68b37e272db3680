// What our statuses and urgencies are called in Chatwoot, and whether it shows what we mean. Something is lost: Chatwoot knows nobody who
// waits behind a robot. What follows from theirs: move-with-status.ts.
import type { DeskStatus } from '../../conversations/desk-status.ts';
import type { ChatwootPriority, ChatwootStatus } from './payload.ts';

/** A robot has it while it is pending; people see it in their list when it is open. */
const STATUS_OF: Readonly<Record<DeskStatus, ChatwootStatus>> = {
  serving: 'open',
  queued: 'open',
  ai_handling: 'pending',
  waiting: 'pending',
  resolved: 'resolved',
};

export function chatwootStatus(status: DeskStatus): ChatwootStatus {
  return STATUS_OF[status];
}

/** Whether Chatwoot shows what we would have it show: then a webhook that says so tells nothing new. */
export function agrees(ours: DeskStatus, theirs: ChatwootStatus): boolean {
  return STATUS_OF[ours] === theirs;
}

const PRIORITIES: readonly (ChatwootPriority | null)[] = [null, 'low', 'medium', 'high', 'urgent'];

/** @param urgency 1-5, 1 being the usual one, for which Chatwoot shows nothing. */
export function priorityOf(urgency: number): ChatwootPriority | null {
  return PRIORITIES[Math.min(Math.max(1, Math.round(urgency)), 5) - 1] ?? null;
}

export function urgencyOf(priority: ChatwootPriority | null): number {
  return PRIORITIES.indexOf(priority) + 1;
}

/** The custom attribute of a conversation that says how the session ended: Chatwoot's `resolved` does not. */
export const SESSION_END = 'session_end';
