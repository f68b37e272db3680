// A language model takes seconds to answer: what it has read follows only where, by then, the robot still speaks and the words still stand.
import { expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import { heedModel, readAsked } from '../../../src/domain/messages/ask-model.ts';
import type { Json } from '../../support/world.ts';
import { World } from '../../support/world.ts';
import { Talk } from './talking.ts';

const world = await World.open({ workers: 0 });
const SYSTEM = { type: 'system', id: 'test' } as const;
const GUESSES = [
  { intent: 'complaint', words: 'said by contact', confidence: 0.9 },
  { intent: 'wants_person', words: 'by contact', confidence: 0.9 },
  { intent: 'anger', words: '', confidence: 0.4 },
] as const;

type Asking = { readonly account: string; readonly id: string; readonly heed: () => Promise<boolean> };

/** A robot's talk, of which the contact's last word was given to the model. */
async function asking(): Promise<Asking> {
  const account = await world.account({ firstHandler: 'robot', understanding: { model: 'on' } });
  const talk = new Talk(world, account, world.kernel.clock());
  await talk.say('c3 r2 c1');
  const conversationId = await talk.id();
  const [{ id: sessionId }] = await world.sql('select id from session where active_in = ?', [conversationId]);
  const messages = [`${talk.contact}-c1`];
  const asked = await readAsked(world.kernel.orm.em.fork(), conversationId, sessionId, messages);
  expect(asked).toMatchObject({ text: 'said by contact', context: [{ sender: 'contact' }, { sender: 'robot' }] });
  const payload = { conversationId, sessionId, messages };
  const heed = () => runAct(world.kernel, SYSTEM, (act) => heedModel(act, payload, GUESSES));
  return { account, id: conversationId, heed };
}

async function whatFollowed({ account, id }: Asking): Promise<Json> {
  const [{ need_intervene: flagged }] = await world.sql('select need_intervene from conversation where id = ?', [id]);
  const told = await world.sql("select 1 from event where conversation_id = ? and type = 'message.understood'", [id]);
  const jobs = await world.sql("select 1 from job where account_id = ? and kind = 'transfer'", [account]);
  return { flagged: Number(flagged), told: told.length, transfers: jobs.length };
}

const NOTHING = { flagged: 0, told: 0, transfers: 0 };

test('where nothing has changed it is told, shown on the desk, and handed to people', async () => {
  const talk = await asking();
  expect(await talk.heed()).toBe(true);
  expect(await whatFollowed(talk)).toEqual({ flagged: 1, told: 1, transfers: 1 });
});

test('nothing follows where a person has the conversation by now', async () => {
  const talk = await asking();
  const { token: key } = await world.agent([talk.account]);
  await world.must('POST', `/v1/conversations/${talk.id}/accept`, undefined, { key });
  expect(await talk.heed()).toBe(false);
  expect(await whatFollowed(talk)).toEqual(NOTHING);
});

test('nor where it is resolved', async () => {
  const talk = await asking();
  await world.must('POST', `/v1/conversations/${talk.id}/resolve`);
  expect(await talk.heed()).toBe(false);
  expect(await whatFollowed(talk)).toEqual(NOTHING);
});

test('nor where the words were taken back', async () => {
  const talk = await asking();
  const { data } = await world.must('GET', `/v1/conversations/${talk.id}/messages`);
  const last = data.find(({ externalId }: Json) => externalId.endsWith('-c1'));
  const [{ contact_id: contact }] = await world.sql('select contact_id from conversation where id = ?', [talk.id]);
  const key = await world.token('contact', contact);
  await world.must('PATCH', `/v1/messages/${last.id}`, { status: 'recalled' }, { key });
  expect(await talk.heed()).toBe(false);
  expect(await whatFollowed(talk)).toEqual(NOTHING);
});

test('nor where the account has switched the model off', async () => {
  const talk = await asking();
  await world.must('PATCH', `/v1/accounts/${talk.account}`, { settings: { understanding: { model: 'off' } } });
  expect(await talk.heed()).toBe(false);
  expect(await whatFollowed(talk)).toEqual(NOTHING);
});
