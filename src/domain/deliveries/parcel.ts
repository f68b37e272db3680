// What a worker is given to deliver, and what came of it.
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { Delivery } from './delivery.ts';

/** One delivery whose attempt has begun, and where it goes. Secrets are sealed still. */
export type Parcel = {
  readonly endpoint: Pick<Endpoint, 'id' | 'accountId' | 'kind' | 'url' | 'settings' | 'secrets'>;
  readonly delivery: Pick<
    Delivery,
    | 'id'
    | 'conversationId'
    | 'effect'
    | 'effectKey'
    | 'eventId'
    | 'payload'
    | 'externalId'
    | 'doubt'
    | 'attempts'
    | 'createdAt'
    | 'expiresAt'
  >;
  readonly lease: string;
  /** When this attempt began; and the first one, for whoever looks whether it arrived. */
  readonly beganAt: Date;
  readonly firstAt: Date;
};

type Failure = {
  /** As failures outside are; `fault`: ours, before anybody was called. */
  readonly kind: 'retryable' | 'rate_limited' | 'refused' | 'auth' | 'permanent' | 'unknown' | 'fault';
  readonly code: string;
  readonly detail: string;
  readonly retryAfterMs: number | null;
};

export type Outcome =
  | {
      readonly kind: 'delivered';
      readonly externalId?: string | null;
      readonly status?: number;
      readonly detail?: string;
      /** What is needed to speak of it again later; kept in the row. */
      readonly keep?: Readonly<Record<string, string>>;
    }
  /** Not wanted any more, or nothing that this place can do. */
  | { readonly kind: 'skipped'; readonly code: string; readonly detail: string }
  /** A limit of the other side is used up, for this lane or for all; it was no attempt. */
  | {
      readonly kind: 'postponed';
      readonly milliseconds: number;
      readonly code: string;
      readonly whose?: 'lane' | 'endpoint';
    }
  /** An earlier attempt may have been carried out, and nobody can be asked. */
  | { readonly kind: 'unresolved'; readonly detail: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

export function skipped(code: string, detail: string): Extract<Outcome, { readonly kind: 'skipped' }> {
  return { kind: 'skipped', code, detail };
}
