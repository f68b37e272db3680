// What people did in Chatwoot waits until what was said there before is written down; words that may be ours wait until it is known; and
// neither waits for ever.
import { expect, test } from 'vitest';
import { Job } from '../../../../src/domain/jobs/job.ts';
import { ingestBatch } from '../../../../src/workers/ingest-batch.ts';
import type { Json } from '../../../support/world.ts';
import { begin, change, message, type Place, place, putOffs, statusOf, take, takeAgain, world } from './place.ts';

const AGENT = { id: 2, type: 'user', name: 'Meng' };

function answer(content = 'Here you are.', there: object = {}): Json {
  return message({ content, message_type: 'outgoing', sender: AGENT }, there);
}

/** What an agent did after having said that. */
function resolvedAfter(said: Json): Json {
  const { conversation: _, ...last } = said;
  const hook = change({ status: ['pending', 'resolved'] }, { status: 'resolved' });
  return { ...hook, messages: [{ ...last, message_type: 1 }] };
}

async function ingestAll({ account }: Place): Promise<void> {
  const waiting = { kind: 'ingest-batch', state: 'accepted', accountId: account } as const;
  for (const { id } of await world.kernel.orm.em.fork().find(Job, waiting)) await ingestBatch(world.kernel, id);
}

async function openSessions({ id }: Place): Promise<string[]> {
  const { sessions } = await world.must('GET', `/v1/conversations/${id}`);
  return sessions.filter(({ endedAt }: Json) => endedAt === null).map(({ kind }: Json) => kind);
}

test('it is resolved after the answer that was given before is written down, not before it', async () => {
  const robot = await place();
  const said = answer();
  await take(robot, said);
  const resolved = resolvedAfter(said);
  expect(await take(robot, resolved)).toMatchObject({ did: [], waits: expect.any(String) });
  expect(await statusOf(robot)).toBe('ai_handling');
  const [late] = await putOffs(robot);
  expect(late).toMatchObject({ late: { heard: true }, pause: 500 });

  await ingestAll(robot);
  expect(await statusOf(robot)).toBe('serving');
  expect(await takeAgain(robot, late ?? { hook: null })).toMatchObject({ did: ['resolved'] });
  expect(await statusOf(robot)).toBe('resolved');
  expect(await openSessions(robot)).toEqual([]);
});

test('so it is when the answer itself shows what was done after it, and its words are taken once', async () => {
  const robot = await place();
  const said = answer('That was all.', { status: 'resolved' });
  expect(await take(robot, said)).toMatchObject({ took: '1 messages', did: [] });
  const [late] = await putOffs(robot);
  await ingestAll(robot);
  expect(await takeAgain(robot, late ?? { hook: null })).toMatchObject({
    took: 'what was done there',
    did: ['resolved'],
  });
  await ingestAll(robot);
  const { data } = await world.must('GET', `/v1/conversations/${robot.id}/messages`);
  expect(data.filter(({ content }: Json) => content === 'That was all.')).toHaveLength(1);
});

test('nothing waits for what is here, for what was said by us, and for what is never written down', async () => {
  const robot = await place();
  const own = message({ message_type: 'outgoing', sender: { id: 5, type: 'agent_bot' } });
  const note = { ...answer('among us'), private: true };
  const empty = answer('');
  for (const last of [own, note, empty]) {
    expect(await take(robot, resolvedAfter(last))).not.toHaveProperty('waits');
  }
  expect(await statusOf(robot)).toBe('resolved');
  expect(await putOffs(robot)).toEqual([]);
});

test('it is looked at again with growing pauses, and done without those words when they have not come for a quarter of an hour', async () => {
  const robot = await place();
  await take(robot, resolvedAfter(answer('A webhook that was lost.')));
  const pauses: number[] = [];
  for (;;) {
    const late = (await putOffs(robot)).at(-1);
    if (!late) throw new Error('nothing was put off');
    pauses.push(late.pause);
    world.advance(late.pause / 1000);
    if (!('waits' in (await takeAgain(robot, late)))) break;
  }
  expect(pauses[0]).toBe(500);
  expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
  expect(Math.max(...pauses)).toBe(60_000);
  expect(pauses.length).toBeLessThan(30);
  expect(await statusOf(robot)).toBe('resolved');
});

test('words that may be ours are theirs when nobody could tell for a quarter of an hour', async () => {
  const robot = await place();
  const say = { sessionId: robot.session.id, epoch: robot.epoch, robot: 'Helper', content: 'One moment.' };
  await world.must('POST', `/v1/conversations/${robot.id}/messages`, say);
  await begin(robot, 'message');
  await take(robot, answer('One moment.'));
  const [late] = await putOffs(robot);
  expect(late).toMatchObject({ late: { heard: false }, pause: 500 });
  world.advance(100);
  expect((await takeAgain(robot, late ?? { hook: null })).took).toContain('nothing yet');
  expect((await putOffs(robot)).at(-1)?.pause).toBe(60_000);
  world.advance(900);
  expect((await takeAgain(robot, late ?? { hook: null })).took).toBe('1 messages');
});
