// The arbitration as data: every case with its outcome, read out of the law that decides.
import { z } from 'zod';
import { ON_CONFLICT, RULES, type Rule } from '../domain/sessions/arbitration.ts';
import { arbitrationMatrix, INCUMBENT_STATES } from '../domain/sessions/arbitration-matrix.ts';
import { SESSION_KINDS } from '../domain/sessions/kinds.ts';
import { route } from './route.ts';

export const RuleName = z.enum(Object.keys(RULES) as [Rule, ...Rule[]]); // the keys are the union itself

const Cell = z.object({
  incumbent: z.object({ kind: z.enum(SESSION_KINDS), state: z.enum(INCUMBENT_STATES) }).nullable(),
  waiting: z.enum(SESSION_KINDS).nullable(),
  challenger: z.enum(SESSION_KINDS),
  taken: z.boolean(),
  onConflict: z.enum(ON_CONFLICT),
  outcome: z.enum(['active', 'pending', 'refused']),
  rule: RuleName,
  interrupts: z.boolean(),
  explanation: z.string(),
});

export const getArbitration = route({
  method: 'get',
  path: '/v1/arbitration',
  summary:
    'Every case of the arbitration, read out of the law that decides: who holds the floor, who wants it, and what follows.',
  door: { key: 'sessions:read', agent: true },
  answers: {
    200: {
      says: 'The rules and the matrix.',
      schema: z.object({ rules: z.record(z.string(), z.string()), cells: z.array(Cell) }),
    },
  },
  handle: async () => ({ status: 200, body: { rules: RULES, cells: arbitrationMatrix() } }),
});
