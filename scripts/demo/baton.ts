// Who holds the baton, read from what was pushed, once everybody who watches has been handed all of it; and what is handed over.
import { z } from 'zod';
import type { Frame } from '../../src/client/stream-cursor.ts';
import { Bundle } from '../../src/domain/transfers/bundle.ts';
import type { Api } from './api.ts';
import type { Watcher } from './audience.ts';
import { allHeard } from './steps.ts';
import type { View } from './view.ts';
import { type Told, toldIn } from './words.ts';

/** @param watchers of the conversation, all from its beginning. */
export async function tellHolder(
  api: Api,
  view: View,
  conversationId: string,
  watchers: readonly Watcher[],
): Promise<void> {
  const own = await allHeard(api, conversationId, watchers);
  view.baton(holderIn((watchers[0]?.events ?? []).filter(({ stream }) => stream === own)));
}

/** Law: the last session that took the floor and has not left it, and whose it is. @param events of one conversation, in order. */
export function holderIn(events: readonly Frame[]): string {
  const names = new Map<string | undefined, string>();
  let holder: Told | null = null;
  let epoch = 0;
  for (const event of events) {
    const told = toldIn(event);
    epoch = Math.max(epoch, told.epoch ?? 0);
    if (event.type === 'conversation.assigned') names.set(told.sessionId, told.agentName ?? '');
    if (takesFloor(event, told)) holder = told;
    else if (leavesFloor(event) && told.sessionId === holder?.sessionId) holder = null;
  }
  if (holder === null) return `nobody (epoch ${epoch})`;
  const person = names.get(holder.sessionId) ?? 'a person outside';
  return `${holder.kind?.startsWith('auto') ? 'the robot' : person} (epoch ${epoch})`;
}

function takesFloor({ type }: Frame, { state }: Told): boolean {
  return (
    type === 'session.activated' || type === 'session.resumed' || (type === 'session.opened' && state === 'active')
  );
}

const LEAVINGS = ['paused', 'transferred', 'completed', 'cancelled', 'timed_out'].map((move) => `session.${move}`);

function leavesFloor({ type }: Frame): boolean {
  return LEAVINGS.includes(type);
}

export const Handed = z.object({ id: z.string(), toSessionId: z.string(), bundle: Bundle });

/** Who, why, what is worked on, the last words, the advice. */
export function showBundle(view: View, { contact, reason, cause, urgency, session, messages, advice }: Bundle): void {
  const matched = cause ? ` (rule ${cause.rule}: “${cause.words.join('”, “')}”)` : '';
  view.fact('who', `${contact.name ?? contact.externalId}, ${contact.kind}`);
  view.fact('reason', `${reason}${matched}; urgency ${urgency}`);
  view.fact('task', JSON.stringify(session.task));
  for (const { sender, senderName, content } of messages)
    view.fact('said', `${senderName ?? sender}: “${typeof content === 'string' ? content : '…'}”`);
  if (advice !== null) view.fact('advice', advice);
}
