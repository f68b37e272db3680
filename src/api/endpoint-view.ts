// What webhooks and channels show alike: where they are, and how they have been doing.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import { Circuit } from '../domain/deliveries/circuit.ts';
import { standingOf } from '../domain/deliveries/endurance.ts';
import { Time } from './shapes.ts';

/** Where somebody outside is reached. Whether it leads inside is judged in the moment of connecting. */
export const OutsideUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2048)
  .refine(hasNoPassword, 'must hold no user and password')
  .meta({ example: 'https://hooks.example.com/baton' });

function hasNoPassword(text: string): boolean {
  const url = URL.parse(text);
  return url === null || (url.username === '' && url.password === '');
}

export const CircuitView = z
  .object({
    state: z.enum(['closed', 'open', 'probing']).meta({
      description: 'open: it is sent nothing until then. probing: one delivery is sent next, to see.',
    }),
    failures: z.int().meta({ description: 'In a row.' }),
    failingSince: Time.nullable(),
    openUntil: Time.nullable(),
    lastCode: z.string().nullable(),
    succeededAt: Time.nullable(),
  })
  .meta({ id: 'Circuit' });
export type CircuitView = z.input<typeof CircuitView>;

/** By the ids of endpoints. @returns a view for each of them, also where nothing was ever sent. */
export async function viewCircuits(
  em: EntityManager,
  endpoints: readonly string[],
  now: Date,
): Promise<(endpoint: string) => CircuitView> {
  const circuits = await em.find(Circuit, { endpointId: { $in: [...endpoints] } }, { disableIdentityMap: true });
  const views = new Map(circuits.map((circuit) => [circuit.endpointId, viewCircuit(circuit, now)]));
  return (endpoint) => views.get(endpoint) ?? NEVER_TRIED;
}

const NEVER_TRIED: CircuitView = {
  state: 'closed',
  failures: 0,
  failingSince: null,
  openUntil: null,
  lastCode: null,
  succeededAt: null,
};

const STATES = { closed: 'closed', open: 'open', probe: 'probing' } as const;

function viewCircuit(circuit: Circuit, now: Date): CircuitView {
  const { failures, failingSince, openUntil, lastCode, succeededAt } = circuit;
  return {
    state: STATES[standingOf(circuit, now)],
    failures,
    failingSince: failingSince?.toISOString() ?? null,
    openUntil: openUntil?.toISOString() ?? null,
    lastCode,
    succeededAt: succeededAt?.toISOString() ?? null,
  };
}
