// A worker that is told to stop gives back what it asks the outside: such an end counts as no attempt.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runAct } from '../../src/act.ts';
import type { JobKind, JobPayload } from '../../src/domain/jobs/catalogue.ts';
import { planJob } from '../../src/domain/jobs/plan-job.ts';
import { OutsideFailure } from '../../src/integrations/outside-failure.ts';
import { inbound } from '../../src/workers/inbound.ts';
import { Stopping } from '../../src/workers/lease.ts';
import { type Outside, openOutside } from '../../src/workers/outside.ts';
import { understanding } from '../../src/workers/understanding.ts';
import { Talk } from '../domain/messages/talking.ts';
import { World } from '../support/world.ts';

/** Nobody listens there. */
const NOWHERE = '127.0.0.1:9';
const SYSTEM = { type: 'system', id: 'test' } as const;
const world = await World.open({
  workers: 0,
  env: { UNDERSTANDING_URL: `http://${NOWHERE}/v1`, UNDERSTANDING_API_KEY: 'key', FETCH_PRIVATE_HOSTS: NOWHERE },
});

let outside: Outside;
beforeEach(() => {
  outside = openOutside(world.config, world.kernel.producer);
});
afterEach(() => outside.close());

async function planned<K extends JobKind>(kind: K, account: string, payload: JobPayload[K]): Promise<string> {
  return (await runAct(world.kernel, SYSTEM, async (act) => planJob(act, kind, account, payload))).id;
}

async function toUnderstand(): Promise<string> {
  const account = await world.account({ firstHandler: 'robot', understanding: { model: 'on' } });
  const talk = new Talk(world, account, world.kernel.clock());
  await talk.say('c3 r2 c1');
  const conversationId = await talk.id();
  const [{ id: sessionId }] = await world.sql('select id from session where active_in = ?', [conversationId]);
  return planned('understanding', account, { conversationId, sessionId, messages: [`${talk.contact}-c1`] });
}

async function stateOf(id: string): Promise<string> {
  return (await world.sql('select state from job where id = ?', [id]))[0].state;
}

test('a question to the language model is given back; while nobody stops, the rules stand', async () => {
  const [asked, stopped] = [await toUnderstand(), await toUnderstand()];
  expect(JSON.parse(await understanding(world.kernel, outside, asked))).toMatchObject({ because: 'network' });
  expect(await stateOf(asked)).toBe('done');
  outside.stop();
  await expect(understanding(world.kernel, outside, stopped)).rejects.toBeInstanceOf(Stopping);
  expect(await stateOf(stopped)).toBe('accepted');
});

test('what is read from a platform is given back; while nobody stops, it failed', async () => {
  const account = await world.account();
  const body = { url: `http://${NOWHERE}`, settings: { account: 7 }, secrets: { botToken: 'bot', userToken: 'user' } };
  const { id: endpointId } = await world.must('PUT', `/v1/accounts/${account}/channels/chatwoot`, body);
  const history = { conversation: '41', before: null };
  const id = await planned('inbound', account, { endpointId, history });
  await expect(inbound(world.kernel, outside, id)).rejects.toBeInstanceOf(OutsideFailure);
  outside.stop();
  await expect(inbound(world.kernel, outside, id)).rejects.toBeInstanceOf(Stopping);
  expect(await stateOf(id)).toBe('accepted');
});
