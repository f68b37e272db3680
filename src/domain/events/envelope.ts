// An event as it is told: the same envelope on sockets and in replays, with what its stream may show.
import type { Actor } from '../actor.ts';
import { type EventType, shownData } from './catalogue.ts';
import type { RecordedEvent } from './recorded-event.ts';
import { FOLLOWERS, parseStreamName, type StreamKind, type StreamName } from './streams.ts';

export type Envelope = {
  readonly v: 1;
  readonly id: string;
  readonly type: EventType;
  readonly stream: StreamName;
  readonly epoch: string;
  readonly seq: number;
  readonly at: string;
  readonly actor: Actor | null;
  readonly data: Readonly<Record<string, unknown>>;
};

type Told = Pick<RecordedEvent, 'id' | 'type' | 'happenedAt' | 'data'> & { readonly actor: Actor | null };

export function envelopeOf(event: Told, stream: StreamName, epoch: string, seq: number): Envelope {
  const kind = parseStreamName(stream)?.kind;
  if (!kind) throw new Error(`not a stream: ${stream}`);
  const { id, type, actor, happenedAt, data } = event;
  return {
    v: 1,
    id,
    type,
    stream,
    epoch,
    seq,
    at: happenedAt.toISOString(),
    actor: shownActor(actor, kind),
    data: shownData(type, kind, data),
  };
}

/** Contacts are told which person acted; which key it was, or which part of Baton, is no matter of theirs. */
function shownActor(actor: Actor | null, kind: StreamKind): Actor | null {
  const isPerson = actor?.type === 'agent' || actor?.type === 'contact' || actor?.type === 'participant';
  return isPerson || !FOLLOWERS[kind].includes('contact') ? actor : null;
}
