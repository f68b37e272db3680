// Routing without its wakes: what the sweep finds, and what becomes of jobs that are run twice or at the same time.
import { expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { routeConversation } from '../../src/workers/route-conversation.ts';
import { sweep } from '../../src/workers/sweep.ts';
import { type Json, World } from '../support/world.ts';

const world = await World.open({ workers: 0 });

async function waits(account: string, count: number, fields: object = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const body = { account, contact: newId(), kind: 'manual_customer_service', ...fields };
    ids.push((await world.must('POST', '/v1/sessions', body)).session.id);
  }
  return ids;
}

/** As if nobody had ever been woken, nor were to be. */
const forgetWork = () => world.sql("delete from job where state = 'accepted'");
const jobs = () => world.sql("select id from job where state = 'accepted' and kind = 'route-conversation' order by id");
const served = (account: string) =>
  world.sql("select session_id from assignment where account_id = ? and state = 'serving' order by id", [account]);
const inOrder = (rows: Json[]) => rows.map(({ session_id }) => session_id);

test('a lost drain is healed by the sweep, in order, and counted; where nobody is forgotten it does nothing', async () => {
  const account = await world.account({ routing: { mode: 'direct' } });
  const hopeless = await waits(account, 2, { needs: { skills: ['klingon'], team: null } });
  const waiting = await waits(account, 4);
  await world.agent([account], { capacity: 3 });
  await forgetWork();
  expect((await sweep(world.kernel)).forgotten).toBe(3);
  expect(inOrder(await served(account))).toEqual(waiting.slice(0, 3));
  expect(await world.kernel.metrics.registry.metrics()).toMatch(
    /^baton_sweep_repairs_total\{.*what="forgotten".*\} 3$/m,
  );
  const events = await world.sql('select count(*) as count from event');
  expect((await sweep(world.kernel)).forgotten).toBe(0);
  expect(await world.sql('select count(*) as count from event')).toEqual(events);
  expect(hopeless).toHaveLength(2);
});

test('every job is run three times at the same time: each session is given once, the oldest first', async () => {
  const account = await world.account({ routing: { mode: 'direct' } });
  await forgetWork();
  const waiting = await waits(account, 12);
  const agents = await Promise.all([1, 2].map(() => world.agent([account], { capacity: 4 })));
  const all = await jobs();
  expect(all).toHaveLength(12 + agents.length);
  await Promise.all([...all, ...all, ...all].map(({ id }) => routeConversation(world.kernel, id)));
  expect(inOrder(await served(account)).sort()).toEqual(waiting.slice(0, 8).sort());
  expect(await jobs()).toEqual([]);
});

test('a newcomer does not take the seat that somebody waits for longer', async () => {
  const account = await world.account({ routing: { mode: 'direct' } });
  const agent = await world.agent([account], { capacity: 1 });
  const [first, older] = await waits(account, 2);
  for (const { id } of await jobs()) await routeConversation(world.kernel, id);
  const [{ conversation_id }] = await world.sql('select conversation_id from session where id = ?', [first]);
  await world.must('POST', `/v1/conversations/${conversation_id}/resolve`, {}, { key: agent.token });
  await forgetWork();
  await waits(account, 1);
  for (const { id } of await jobs()) await routeConversation(world.kernel, id); // the newcomer's own
  expect(inOrder(await served(account))).toEqual([older]);
});

test('nothing that must always hold is broken', async () => {
  expect(await world.broken()).toEqual([]);
});
