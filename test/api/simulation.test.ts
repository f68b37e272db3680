// The simulation over HTTP: imagined arrivals, the account's own, and another policy beside the present one.
import { expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { type Json, World } from '../support/world.ts';

const world = await World.open();
const account = await world.account({ routing: { mode: 'direct' } });

const simulate = (body: object): Promise<Json> => world.must('POST', '/v1/routing/simulate', { account, ...body });

test('imagined arrivals and agents: the present policy, the other, and the difference', async () => {
  const arrivals = [
    { at: '2026-03-02T09:00:00Z', handleSeconds: 600, skills: ['french'] },
    { at: '2026-03-02T17:01:00+08:00', handleSeconds: 60, kind: 'manual_urgent', skills: ['french'] },
    { at: '2026-03-02T09:02:00Z', handleSeconds: 60 },
  ];
  const agents = [
    { id: 'li', name: 'Li', capacity: 1, skills: ['french'] },
    {
      id: 'chen',
      name: 'Chen',
      capacity: 1,
      availability: [{ from: '2026-03-02T09:00:00Z', to: '2026-03-02T10:00:00Z' }],
    },
  ];
  const relax = { skillsAfter: 30, teamAfter: null };
  const body = { arrivals, agents, policy: { relax } };
  const outcome = await simulate(body);
  expect(outcome).toMatchObject({
    current: { arrivals: 3, served: 3, leftWaiting: 0, waits: { median: 0, p95: 540, longest: 540 } },
    other: { served: 3, waits: { longest: 30 } },
    difference: { served: 0, leftWaiting: 0, waits: { longest: -510 } },
    guessed: 0,
  });
  expect(outcome.current.agents.map(({ id, served }: Json) => [id, served])).toEqual([
    ['li', 2],
    ['chen', 1],
  ]);
  expect(outcome.assumes).not.toEqual([]);
  expect(await simulate(body)).toEqual(outcome);
});

test('what the account had in the last days, as long as it really took, with its own agents', async () => {
  const agent = await world.agent([account], { name: 'Li', capacity: 1 });
  const served = await world.must('POST', '/v1/sessions', {
    account,
    contact: newId(),
    kind: 'manual_customer_service',
  });
  await world.quiet();
  world.advance(100);
  await world.must('POST', `/v1/conversations/${served.conversationId}/resolve`, {}, { key: agent.token });
  await world.must('PUT', `/v1/agents/${agent.id}/presence`, { availability: 'away' });
  await world.must('POST', '/v1/sessions', { account, contact: newId(), kind: 'manual_customer_service' });
  await world.quiet();
  const { current, other, difference, guessed } = await simulate({ days: 1 });
  expect({ other, difference, guessed }).toEqual({ other: null, difference: null, guessed: 1 });
  expect(current).toMatchObject({
    arrivals: 2,
    served: 2,
    waits: { median: 0 },
    agents: [{ id: agent.id, name: 'Li', served: 2 }],
  });
  const [row] = await world.sql('select served_at, ended_at from assignment where session_id = ?', [served.session.id]);
  const seconds = (Date.parse(`${row.ended_at}Z`) - Date.parse(`${row.served_at}Z`)) / 1000;
  expect(seconds).toBeGreaterThan(99);
});

test.each<[string, object, string]>([
  ['both arrivals and days', { days: 1, arrivals: [{ at: 0, handleSeconds: 1 }] }, '/arrivals'],
  ['neither', {}, '/arrivals'],
  ['too many days', { days: 31 }, '/days'],
  ['two agents of one id', { days: 1, agents: [1, 2].map(() => ({ id: 'li', name: 'Li', capacity: 1 })) }, '/agents'],
  ['a policy of unknown fields', { days: 1, policy: { missedOffers: 1 } }, '/policy'],
  [
    'too many different needs',
    { arrivals: Array.from({ length: 101 }, (_, index) => ({ at: 0, handleSeconds: 1, team: `t${index}` })) },
    '/arrivals',
  ],
])('refused: %s', async (_name, body, pointer) => {
  const reply = await world.call('POST', '/v1/routing/simulate', { account, ...body });
  expect(reply).toMatchObject({ status: 400, body: { code: 'bad_body' } });
  expect(reply.body.errors[0].pointer).toMatch(new RegExp(`^${pointer}`));
});

test('5,000 arrivals and 500 agents are played while the caller waits', async () => {
  const arrivals = Array.from({ length: 5_000 }, (_, index) => ({
    at: index,
    handleSeconds: 900,
    skills: [`s${index % 20}`],
    contact: `c${index % 900}`,
  }));
  const agents = Array.from({ length: 500 }, (_, index) => ({
    id: `a${index}`,
    name: 'Li',
    capacity: 3,
    skills: [`s${index % 20}`],
  }));
  const body = { account, arrivals, agents, policy: { mode: 'offer' } };
  const { current } = await world.must('POST', '/v1/routing/simulate', body, { headers: { Prefer: 'wait=10' } });
  expect(current).toMatchObject({ served: 5_000, leftWaiting: 0 });
});
