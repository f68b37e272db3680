// The law of routing played over arrivals, real or imagined, under the account's policy and under another: what would have been.
import { setImmediate as breathe } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import type { Account } from '../domain/accounts/account.ts';
import { Needs, Settings } from '../domain/accounts/settings.ts';
import { findCandidates } from '../domain/routing/find-candidates.ts';
import { readArrivals } from '../domain/routing/read-arrivals.ts';
import { type Arrival, type SimulatedAgent, type SimulatedPolicy, simulate } from '../domain/routing/simulation.ts';
import { differenceOf, type Figures } from '../domain/routing/simulation-figures.ts';
import { findAccountFor } from './access.ts';
import { route } from './route.ts';
import { Id, Name } from './shapes.ts';

const MOST_ARRIVALS = 5_000;
const MOST_AGENTS = 500;
const MOST_DIFFERENT = 100;
const DAY_MS = 86_400_000;

/** Seconds, or a time: one scale for all of a request. */
const At = z.union([z.number().min(0).max(1e11), z.iso.datetime({ offset: true })]);
const Word = z.string().regex(/^[a-z0-9_-]{1,40}$/);
const Words = z.array(Word).max(20).default([]);

const SimulatedArrival = z.strictObject({
  at: At,
  kind: z.enum(['manual_urgent', 'manual_customer_service', 'manual_complaint']).default('manual_customer_service'),
  skills: Words,
  team: Word.nullable().default(null),
  contact: z.string().min(1).max(128).nullable().default(null),
  handleSeconds: z
    .number()
    .min(0)
    .max(30 * 86_400),
});

const Availability = z
  .array(z.strictObject({ from: At, to: At }))
  .max(100)
  .nullable()
  .default(null)
  .meta({ description: 'When they take sessions; null: always.' });

const SimulatedOne = z.strictObject({
  id: z.string().min(1).max(128),
  name: Name,
  capacity: z.int().min(0).max(100),
  skills: Words,
  teams: Words,
  availability: Availability,
});

const Routing = Settings.shape.routing.unwrap();

/** Each that is given replaces the account's own. */
const OtherPolicy = z
  .strictObject({
    mode: Routing.shape.mode.unwrap().optional(),
    relax: Routing.shape.relax.unwrap().optional(),
    stickyFor: Routing.shape.stickyFor.unwrap().optional(),
    needs: Routing.shape.needs.unwrap().optional(),
    offerFor: Routing.shape.offerFor.unwrap().optional(),
  })
  .meta({ description: 'Offers are taken at once, so that offerFor changes nothing here.' });

const Request = z
  .strictObject({
    account: Id,
    arrivals: z.array(SimulatedArrival).min(1).max(MOST_ARRIVALS).optional(),
    days: z
      .int()
      .min(1)
      .max(30)
      .optional()
      .meta({ description: 'The arrivals that the account had in these last days.' }),
    agents: z
      .array(SimulatedOne)
      .max(MOST_AGENTS)
      .optional()
      .meta({ description: 'Default: the account’s own, always there.' }),
    policy: OtherPolicy.optional(),
  })
  .refine(({ arrivals, days }) => (arrivals === undefined) !== (days === undefined), {
    path: ['arrivals'],
    message: 'give either arrivals, or the days whose arrivals are played again',
  })
  .refine(
    ({ arrivals = [] }) =>
      new Set(arrivals.map(({ kind, skills, team }) => JSON.stringify([kind, skills, team]))).size <= MOST_DIFFERENT,
    {
      path: ['arrivals'],
      message: `may ask for at most ${MOST_DIFFERENT} different combinations of kind, skills and team`,
    },
  )
  .refine(({ agents = [] }) => new Set(agents.map(({ id }) => id)).size === agents.length, {
    path: ['agents'],
    message: 'must each have an id of their own',
  });

const Waits = z.object({ median: z.number(), p95: z.number(), longest: z.number() }).meta({ description: 'Seconds.' });

const Outcome = z
  .object({
    arrivals: z.int(),
    served: z.int(),
    leftWaiting: z.int().meta({ description: 'Whom nobody took, when nothing more could happen.' }),
    waits: Waits.nullable(),
    agents: z.array(z.object({ id: z.string(), name: z.string(), served: z.int(), busyShare: z.number() })),
    spread: z.number().meta({ description: 'The busiest agent’s share of used seat time less the least busy one’s.' }),
  })
  .meta({ id: 'SimulatedOutcome' });

const Difference = z.object({ served: z.int(), leftWaiting: z.int(), waits: Waits.nullable(), spread: z.number() });

const ASSUMES = [
  'Whoever is chosen takes it at once: declined and missed offers are not played.',
  'In manual mode agents pick at once, as the law would choose for them.',
  'Urgency and VIPs are not known: the queue is by level, rank and age.',
] as const;

export const postSimulate = route({
  method: 'post',
  path: '/v1/routing/simulate',
  summary:
    'Play arrivals, real or imagined, under the account’s policy and under another. Writes nothing. A large one needs `Prefer: wait=10`.',
  door: { key: 'routing:read' },
  asks: true,
  mayWait: true,
  bodyLimit: 2 * 1024 * 1024,
  body: Request,
  answers: {
    200: {
      says: 'What came of the account’s policy, of the other where one is given, and the other less the present one.',
      schema: z.object({
        current: Outcome,
        other: Outcome.nullable(),
        difference: Difference.nullable(),
        guessed: z
          .int()
          .meta({ description: 'Arrivals that were never served, and are taken to last as long as others.' }),
        assumes: z.array(z.string()),
      }),
    },
  },
  handle: async ({ context, principal, body }) => {
    const em = context.kernel.orm.em.fork();
    const account = await findAccountFor(em, principal, body.account);
    const { arrivals, guessed } = await arrivalsOf(em, body, context.kernel.clock());
    const agents = body.agents?.map(agentOf) ?? (await ownAgents(em, body.account, context.kernel.clock()));
    const { current, other } = policiesOf(account, body.policy);
    const present = await play(simulate(arrivals, agents, current));
    const changed = other && (await play(simulate(arrivals, agents, other)));
    const difference = changed && differenceOf(present, changed);
    return { status: 200, body: { current: present, other: changed, difference, guessed, assumes: ASSUMES } };
  },
});

type Asked = z.output<typeof Request>;

async function arrivalsOf(em: EntityManager, { account, arrivals, days = 1 }: Asked, now: Date) {
  if (!arrivals) return readArrivals(em, account, new Date(now.getTime() - days * DAY_MS), now, MOST_ARRIVALS);
  const given = arrivals.map(
    ({ at, skills, team, ...rest }): Arrival => ({ ...rest, at: seconds(at), needs: Needs.parse({ skills, team }) }),
  );
  return { arrivals: given, guessed: 0 };
}

function agentOf({ id, availability, ...rest }: z.output<typeof SimulatedOne>): SimulatedAgent {
  const hours = availability?.map(({ from, to }) => ({ from: seconds(from), to: seconds(to) })) ?? null;
  return { ...rest, agentId: id, hours };
}

async function ownAgents(em: EntityManager, accountId: string, now: Date): Promise<SimulatedAgent[]> {
  const candidates = await findCandidates(em, { accountId, sessionId: null, askedSince: null }, now, 0);
  return candidates.map(({ agentId, name, capacity, skills, teams }) => {
    return { agentId, name, capacity, skills, teams, hours: null };
  });
}

function policiesOf({ fullSettings }: Account, wished: Asked['policy']) {
  const current: SimulatedPolicy = fullSettings.routing;
  const given = Object.fromEntries(Object.entries(wished ?? {}).filter(([, value]) => value !== undefined));
  const other: SimulatedPolicy | null = wished ? { ...current, ...given } : null;
  return { current, other };
}

function seconds(at: number | string): number {
  return typeof at === 'number' ? at : Date.parse(at) / 1000;
}

/** Other requests have their turn in between. */
async function play(steps: Generator<undefined, Figures>): Promise<Figures> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await breathe();
  }
}
