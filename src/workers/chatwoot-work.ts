// What the making of an effect in Chatwoot is given, and what it says of one that is not made.
import type { ChatwootScene } from '../domain/channels/chatwoot/read-scene.ts';
import { type Outcome, skipped } from '../domain/deliveries/parcel.ts';
import type { Chatwoot } from '../integrations/chatwoot/client.ts';
import type { Kernel } from '../kernel.ts';

export type Work = ChatwootScene & {
  readonly kernel: Kernel;
  readonly chatwoot: Chatwoot;
  /** Their number of the conversation. */
  readonly number: number;
};
export type Effect = (work: Work) => Promise<Outcome>;

export const DONE: Outcome = { kind: 'delivered' };
export const EVENT_GONE = skipped('event_gone', 'The event’s retention is over.');
