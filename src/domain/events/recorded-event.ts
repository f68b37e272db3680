// An event as an act collects it, before it has its numbers.
import type { Actor } from '../actor.ts';
import type { EventType } from './catalogue.ts';
import type { StreamName } from './streams.ts';

export type RecordedEvent = {
  readonly id: string;
  readonly type: EventType;
  readonly accountId: string | null;
  readonly conversationId: string | null;
  readonly actor: Actor;
  readonly happenedAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
  readonly streams: readonly StreamName[];
};
