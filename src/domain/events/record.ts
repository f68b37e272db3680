// Writes down what happened, in the act. The rows and their numbers come last: see number-events.ts.
import type { Act } from '../act.ts';
import { newId } from '../ids.ts';
import { type EventData, type EventType, streamKindsOf } from './catalogue.ts';
import { type Subject, streamName } from './streams.ts';

/**
 * @param subject whose streams it goes to; a stream kind whose id is missing here is left out.
 *   Several agents: call with `agentId` for the one whose stream it is.
 * @returns the event's id.
 */
export function record<T extends EventType>(act: Act, type: T, subject: Subject, data: EventData<T>): string {
  const id = newId();
  const streams = streamKindsOf(type).map((kind) => streamName(kind, subject));
  act.recorded.push({
    id,
    type,
    accountId: subject.accountId ?? null,
    conversationId: subject.conversationId ?? null,
    actor: act.actor,
    happenedAt: act.now,
    data,
    streams: streams.filter((name) => name !== null),
  });
  return id;
}
