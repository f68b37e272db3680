// A place outside that an account's effects go to: a webhook, of which there may be many, or one of its channels, Chatwoot and WeCom.
// What it needs to be spoken to is sealed; only who holds the installation's secret reads it. One that was removed is found by nobody, and
// its row waits until what it has left behind is gone.
import { defineEntity, p } from '@mikro-orm/mysql';
import { CHANNELS, ENDPOINT_KINDS } from './kinds.ts';

export const ENDPOINT_STATES = ['enabled', 'disabled'] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

const EndpointSchema = defineEntity({
  name: 'Endpoint',
  tableName: 'endpoint',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    kind: p.enum(ENDPOINT_KINDS),
    /** Its kind, where an account has one of it at most: a unique key sees to that, and lets go of it when it is removed. */
    channel: p.enum(CHANNELS).strictNullable(),
    name: p.string(),
    url: p.string(),
    events: p.text().strictNullable(),
    settings: p.text(),
    secrets: p.text(),
    state: p.enum(ENDPOINT_STATES),
    reason: p.string().strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
    removedAt: p.datetime(3).strictNullable(),
  },
  filters: { present: { name: 'present', cond: { removedAt: null }, default: true } },
});

export class Endpoint extends EndpointSchema.class {
  /** The only way to another state. @param reason why, of what is disabled. */
  moveTo(to: EndpointState, now: Date, reason: string | null): void {
    this.state = to;
    this.reason = to === 'disabled' ? reason : null;
    this.updatedAt = now;
  }

  remove(now: Date): void {
    this.moveTo('disabled', now, 'It was removed.');
    this.channel = null;
    this.removedAt = now;
  }
}
EndpointSchema.setClass(Endpoint);
