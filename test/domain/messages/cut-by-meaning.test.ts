// Marks on messages, kept by the database: what is cut, what follows from it, what is never touched, and what is shown to whoever
// finds them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import { newId } from '../../../src/domain/ids.ts';
import { cutByMeaning } from '../../../src/domain/messages/cut-by-meaning.ts';
import { topicsToFind } from '../../../src/domain/messages/topics-to-find.ts';
import { type Json, World } from '../../support/world.ts';
import { dialogue, happenings } from './dialogues.ts';
import { ingestAt } from './ingesting.ts';
import { Memory } from './memory.ts';
import { Talk } from './talking.ts';

const world = await World.open({ workers: 0 });
const NOW = world.kernel.clock();
const GAP = 30 * 60_000;
const RUNS = 60;
const SYSTEM = { type: 'system', id: 'test' } as const;

const spoken = dialogue(NOW.getTime(), 'm', 10).chain((said) => fc.tuple(fc.constant(said), happenings(said)));

async function talk(words: string, settings: object = { firstHandler: 'robot' }): Promise<Talk> {
  const found = new Talk(world, await world.account(settings), NOW);
  await found.say(words);
  return found;
}

test('the live robot goes on with the new topic, and what was before is over', async () => {
  const wang = await talk('c20 r19 c10 r9');
  const before = await wang.live();
  expect(await wang.mark('c10', 3)).toEqual({ marked: 1, cut: 1 });
  expect(await wang.sessions()).toEqual([
    'auto_customer_service active robot: c10 r9',
    'auto_customer_service completed robot: c20 r19',
  ]);
  // The robot keeps its session, its epoch and its deadline: three minutes later nobody has said anything.
  expect(await wang.live()).toEqual(before);
  expect(await world.broken()).toEqual([]);
});

test('followers are told what was opened and what moved', async () => {
  const wang = await talk('c20 r19 c10 r9');
  const [, , , told] = await wang.rows();
  await wang.mark('c10');
  const [, , , after] = await wang.rows();
  expect(after.slice(told.length).map(({ type }: Json) => type)).toEqual([
    'session.opened',
    'conversation.messages_moved',
  ]);
});

test('the same marks again change nothing and tell nothing', async () => {
  const wang = await talk('c20 r19 c10 r9');
  await wang.mark('c10 r9');
  const before = await wang.rows();
  expect(await wang.mark('c10 r9')).toEqual({ marked: 0, cut: 0 });
  expect(await wang.mark('c99')).toEqual({ marked: 0, cut: 0 });
  expect(await wang.rows()).toEqual(before);
});

test('two who say the same at once cut once', async () => {
  const wang = await talk('c40 r30 c20 r19 c10 r9');
  const both = await Promise.all([wang.mark('c20 c10'), wang.mark('c10 c20')]);
  expect(both.map(({ marked }) => marked).sort()).toEqual([0, 2]);
  expect(await wang.sessions()).toEqual([
    'auto_customer_service active robot: c10 r9',
    'auto_customer_service completed robot: c20 r19',
    'auto_customer_service completed robot: c40 r30',
  ]);
  expect(await world.broken()).toEqual([]);
});

test('a late message joins the part that it belongs to, and bridges no topics', async () => {
  const wang = await talk('c20 r19 c10 r9');
  await wang.mark('c10');
  await wang.say('c15');
  await wang.say('c8 c11');
  expect(await wang.sessions()).toEqual([
    'auto_customer_service active robot: c10 c8 r9',
    'auto_customer_service completed robot: c11 c15 c20 r19',
  ]);
  expect(await world.broken()).toEqual([]);
});

test('a mark on a session’s first message keeps it apart from a late one that would bridge the pause', async () => {
  const wang = await talk('c300 c250');
  expect(await wang.mark('c250')).toEqual({ marked: 1, cut: 0 });
  await wang.say('c275');
  expect(await wang.sessions()).toEqual([
    'auto_customer_service completed null: c250',
    'auto_customer_service completed null: c275 c300',
  ]);
});

test('a person who answers the new topic has it from its first word', async () => {
  const wang = await talk('c310 r300 c290 h280 c270');
  expect(await wang.mark('c290')).toEqual({ marked: 1, cut: 1 });
  expect(await wang.sessions()).toEqual([
    'auto_customer_service completed robot: c310 r300',
    'manual_customer_service completed human: c270 c290 h280',
  ]);
  expect(await world.broken()).toEqual([]);
});

test('whoever waits for a person, or speaks with one outside, is left alone', async () => {
  const waiting = await talk('c20 c10 c5', { firstHandler: 'people' });
  const speaking = await talk('c20 h15 c10 h5');
  for (const each of [waiting, speaking]) {
    const before = await each.rows();
    expect(await each.mark('c10 c5')).toEqual({ marked: 0, cut: 0 });
    expect(await each.rows()).toEqual(before);
  }
});

test('what somebody acted on is never cut', async () => {
  const wang = await talk('c20 c10', { firstHandler: 'people' });
  const { token } = await world.agent([wang.account]);
  await world.must('POST', `/v1/conversations/${await wang.id()}/accept`, undefined, { key: token });
  expect(await wang.mark('c20 c10')).toEqual({ marked: 0, cut: 0 });
  await world.must('POST', `/v1/conversations/${await wang.id()}/resolve`, {}, { key: token });
  expect(await wang.mark('c20 c10')).toEqual({ marked: 0, cut: 0 });
  expect(await wang.marks()).toEqual([]);
});

test('a settled session stays as it is where what is before it is cut', async () => {
  const wang = await talk('c300 c290 c280', { firstHandler: 'people' });
  await wang.say('c10');
  const { token } = await world.agent([wang.account]);
  await world.must('POST', `/v1/conversations/${await wang.id()}/accept`, undefined, { key: token });
  const [held] = await world.sql('select * from session where conversation_id = ? and active_in is not null', [
    await wang.id(),
  ]);
  expect(await wang.mark('c290 c280 c10')).toEqual({ marked: 2, cut: 2 });
  expect(await world.sql('select * from session where id = ?', [held.id])).toEqual([held]);
  expect(await wang.sessions()).toHaveLength(4);
  expect(await world.broken()).toEqual([]);
});

test('where the reading by now would end a session that is open, nothing is marked', async () => {
  const wang = await talk('c20 r19 c10 r9');
  await world.sql("update account set settings = json_set(settings, '$.firstHandler', 'people') where id = ?", [
    wang.account,
  ]);
  const before = await wang.rows();
  expect(await wang.mark('c10')).toEqual({ marked: 0, cut: 0 });
  expect(await wang.rows()).toEqual(before);
});

test('a message of another conversation is not marked here', async () => {
  const wang = await talk('c20 r19 c10 r9');
  const zhao = new Talk(world, wang.account, NOW);
  await zhao.say('c20 r19 c10 r9');
  const id = await wang.id();
  const marks = [`${zhao.contact}-c10`];
  const marked = await runAct(world.kernel, SYSTEM, (act) => cutByMeaning(act, id, marks));
  expect(marked).toEqual({ marked: 0, cut: 0 });
  await expect(runAct(world.kernel, SYSTEM, (act) => cutByMeaning(act, newId(), marks))).rejects.toMatchObject({
    code: 'conversation_not_found',
  });
});

for (const firstHandler of ['robot', 'people'] as const) {
  test(`the database ends with the sessions of the messages and their marks, whenever either came (${firstHandler} first)`, async () => {
    const account = await world.account({ firstHandler });
    await fc.assert(
      fc.asyncProperty(spoken, async ([said, happened]) => {
        const [bits, atOnce] = [
          new Talk(world, account, NOW),
          new Memory({ now: NOW.getTime(), gap: GAP, firstHandler }),
        ];
        for (const { batch, topics } of happened) {
          await bits.give(batch);
          await bits.mark(topics.join(' '));
        }
        const marks = await bits.marks();
        atOnce.ingest(said.map((each) => ({ ...each, mark: marks.includes(each.id) })));
        const sessions = await bits.sessions();
        expect(sessions.map((words) => words.replace(/ \w+:/, ':')).sort()).toEqual(atOnce.reading);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(await world.broken()).toEqual([]);
  });
}

test('the newest session is shown, with what it follows within a pause, oldest first', async () => {
  const wang = await talk('c300 c50 h45 c44 r40 c39 r38');
  expect(await wang.topics()).toEqual([
    'c50 contact: said by contact',
    'h45 human: said by human',
    'c44 contact: said by contact',
    'r40 robot: said by robot',
    'c39 contact: said by contact',
    'r38 robot: said by robot',
  ]);
});

test('of many messages the newest sixty are shown, each text shortened', async () => {
  const account = await world.account({ firstHandler: 'robot' });
  const said = Array.from({ length: 70 }, (_, index) =>
    world.message(account, 'wang', {
      id: `${account}-${index}`,
      content: '好'.repeat(600),
      sentAt: world.ago(700 - index),
    }),
  );
  await ingestAt(world, NOW, said);
  const { id } = await world.conversation(account, 'wang');
  const found = await topicsToFind(world.kernel.orm.em.fork(), id);
  expect(found?.map((each) => each.id)).toEqual(said.slice(10).map((each) => each.id));
  expect(found?.[0]?.text).toBe('好'.repeat(500));
});

test('nothing is shown of five words, nor where a person is waited for or speaks, nor of what somebody acted on', async () => {
  expect(await (await talk('c20 r19 c10 r9 c8')).topics()).toBeNull();
  expect(await (await talk('c20 c19 c18 c10 c9 c8', { firstHandler: 'people' })).topics()).toBeNull();
  expect(await (await talk('c20 c19 c18 c10 c9 h8')).topics()).toBeNull();
  expect(await (await talk('c29 r28 c27 r26 c25 r24 h10')).topics()).toBeNull();
  const settled = await talk('c320 c319 c318 c310 c309 c308', { firstHandler: 'people' });
  expect(await settled.topics()).toHaveLength(6);
  await world.sql("update session set origin = 'confirmed' where conversation_id = ?", [await settled.id()]);
  expect(await settled.topics()).toBeNull();
});

test('what somebody acted on is not shown beside the newest session', async () => {
  const wang = await talk('c329 r328 c327 h320 c319 h318 c317 c316 c315');
  expect(await wang.topics()).toHaveLength(9);
  await world.sql("update session set origin = 'confirmed' where conversation_id = ? and heard = 'robot'", [
    await wang.id(),
  ]);
  expect(await wang.topics()).toHaveLength(6);
});
