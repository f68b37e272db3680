// The status that people gave a conversation in Chatwoot, as the deed of ours that it asks for. Each tells in a word what was done; null:
// nothing of ours can follow.
import type { Act } from '../../act.ts';
import { completeSession } from '../../assignments/complete-session.ts';
import { returnTransfer } from '../../assignments/hand-back.ts';
import { pauseSession, resumeSession } from '../../assignments/pause-session.ts';
import { resolveConversation } from '../../assignments/resolve-conversation.ts';
import { transferByRule } from '../../assignments/transfer-session.ts';
import type { Conversation } from '../../conversations/conversation.ts';
import { openSessionsOf } from '../../sessions/move-session.ts';
import { Transfer } from '../../transfers/transfer.ts';

/** @param before its status there until then. @throws DomainError what the deed is refused for */
export type Move = (act: Act, conversation: Conversation, before: string) => Promise<string | null>;

export const resolveAsThere: Move = async (act, { id, status }) => {
  if (status === 'resolved') return null;
  await resolveConversation(act, id, null, 'resolved in Chatwoot');
  return 'resolved';
};

/** People want it that a robot has; or it was snoozed there and is awake. */
export const takeAsOpened: Move = async (act, { id }, before) => {
  const open = await openSessionsOf(act, id);
  const held = open.find(({ handler, state, onHold }) => handler === 'human' && state === 'paused' && onHold);
  if (before === 'snoozed' && held) {
    await resumeSession(act, held.id, null, 'queue');
    return 'resumed';
  }
  const robots = open.filter(({ handler }) => handler === 'robot');
  const robot = robots.find(({ state }) => state === 'active') ?? robots.find(({ state }) => state === 'paused');
  if (!robot || open.some(({ handler }) => handler === 'human')) return null;
  const transfer = await transferByRule(act, robot.id, 'opened in Chatwoot', 'chatwoot.opened');
  return transfer && 'handed to people';
};

/** A robot shall have it again: what waits is withdrawn, what was taken goes back, a turn of a person outside is over. */
export const returnToRobot: Move = async (act, { id }) => {
  const note = 'handed back in Chatwoot';
  const waiting = await act.em.findOne(Transfer, { conversationId: id, state: 'requested' });
  if (waiting) {
    await returnTransfer(act, waiting.id, null, note);
    return 'transfer withdrawn';
  }
  const open = await openSessionsOf(act, id);
  const person = open.find(({ handler, state }) => handler === 'human' && state === 'active');
  if (!person) return null;
  const latest = { orderBy: { createdAt: 'desc' } } as const;
  const taken = await act.em.findOne(Transfer, { conversationId: id, state: 'accepted' }, latest);
  if (taken && open.some(({ id: from }) => from === taken.fromSessionId)) {
    await returnTransfer(act, taken.id, null, note);
    return 'handed back';
  }
  if (person.origin !== 'outside') return null;
  await completeSession(act, person.id, null, 'completed', note);
  return 'turn of a person over';
};

export const pauseForSnooze: Move = async (act, { id }) => {
  const open = await openSessionsOf(act, id);
  const person = open.find(({ handler, state }) => handler === 'human' && state === 'active');
  if (!person) return null;
  await pauseSession(act, person.id, null, 'snoozed in Chatwoot');
  return 'paused';
};
