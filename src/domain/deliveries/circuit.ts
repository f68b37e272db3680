// How an endpoint has been doing: its row is what everybody locks who takes or ends a delivery to it, so that they agree.
import { defineEntity, LockMode, p } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { insertRows } from '../rows.ts';
import type { CircuitState } from './endurance.ts';

const CircuitSchema = defineEntity({
  name: 'Circuit',
  tableName: 'circuit',
  properties: {
    endpointId: p.string().primary(),
    failures: p.integer(),
    failingSince: p.datetime(3).strictNullable(),
    openUntil: p.datetime(3).strictNullable(),
    pauses: p.integer(),
    pausedUntil: p.datetime(3).strictNullable(),
    pausedSince: p.datetime(3).strictNullable(),
    lastCode: p.string().strictNullable(),
    succeededAt: p.datetime(3).strictNullable(),
    alarmed: p.boolean(),
  },
});

export class Circuit extends CircuitSchema.class {
  stand({ failures, failingSince, openUntil, pauses }: CircuitState): void {
    Object.assign(this, { failures, failingSince, openUntil, pauses });
  }

  /** The other side asks for silence. A longer one that it has asked for before stays. */
  pause(now: Date, until: Date): void {
    this.pausedSince ??= now;
    if (this.pausedUntil === null || until > this.pausedUntil) this.pausedUntil = until;
  }

  goOn(): void {
    this.pausedSince = null;
    this.pausedUntil = null;
  }
}
CircuitSchema.setClass(Circuit);

export async function lockCircuit(act: Act, endpointId: string): Promise<Circuit> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
  const known = await act.em.findOne(Circuit, { endpointId }, lock);
  if (known) return known;
  await insertRows(act.em, 'circuit', [{ endpoint_id: endpointId }], 'on duplicate key update failures = failures');
  return act.em.findOneOrFail(Circuit, { endpointId }, lock);
}
