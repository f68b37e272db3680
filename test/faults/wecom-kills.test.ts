// A worker is killed with -9 after WeCom has taken a call and before it is written down that it has. What has a key of ours there, or is
// the same however often it is said, arrives once; what has none is unknown, and an operator sees it.
import { afterAll, expect, test } from 'vitest';
import { startWorkers, type Workers } from '../../src/workers/start.ts';
import { KF, Office } from '../support/office.ts';
import { startProcess } from '../support/processes.ts';
import { until } from '../support/world.ts';

const healthy: Workers[] = [];
afterAll(() => Promise.all(healthy.map((workers) => workers.stop())));

/** An office whose one worker is a process. */
async function open() {
  const office = await Office.open({ workers: 0 });
  const { world, wecom } = office;
  const worker = await startProcess('worker', world.config);
  const account = await office.app();
  return {
    office,
    world,
    wecom,
    account,
    /** Kills the worker while it waits for the answer to what WeCom has done; then another one comes, when the lease is over. */
    killAfter: async (path: string, deed: () => Promise<unknown>) => {
      await world.quiet();
      wecom.fail(path, 'hang_done');
      const calls = () => wecom.requests.filter((request) => request.path === path).length;
      const before = calls();
      await deed();
      await until(() => calls() > before, 20, 'WeCom was not called');
      await worker.kill();
      healthy.push(startWorkers(world.kernel));
      await office.later(60);
    },
  };
}

test.concurrent('an answer to a customer arrives once: WeCom knows its id', async () => {
  const { office, world, wecom, account, killAfter } = await open();
  await wecom.customerWrites('wm-killed', KF, 'hello');
  await world.quiet();
  const { id } = await world.conversation(account, 'wm-killed');
  const agent = await world.agent([account]);
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  const say = () =>
    world.must('POST', `/v1/conversations/${id}/messages`, { sessionId, content: 'one' }, { key: agent.token });
  await killAfter('/cgi-bin/kf/send_msg', say);
  await until(() => delivered(office, account, 'message', 2), 30, 'it was not delivered');
  expect(wecom.kfSent.filter(({ text }) => text === 'one')).toHaveLength(1);
  expect(await world.broken()).toEqual([]);
}, 120_000);

test.concurrent('the card of an invitation arrives once: WeCom knows its task', async () => {
  const { office, world, wecom, account, killAfter } = await open();
  const { as } = await office.serve(account, 'ZhangSan');
  const wanted = { kind: 'employee', externalId: 'LiSi', name: 'LiSi', historyMode: 'none' };
  await killAfter('/cgi-bin/message/send', () => as('POST', '/participants', wanted));
  await until(() => delivered(office, account, 'card', 1), 30, 'it was not delivered');
  expect(wecom.cards.filter(({ taskId }) => taskId?.startsWith('invite-'))).toHaveLength(1);
  expect(await world.broken()).toEqual([]);
}, 120_000);

test.concurrent('a text to a member is unknown, is not sent again, and operators are called', async () => {
  const { office, world, wecom, account, killAfter } = await open();
  const { say } = await office.serve(account, 'ZhangSan');
  await killAfter('/cgi-bin/message/send', () => say('one'));
  await say('two');
  const { id } = await office.becomes(account, 'message', 'unknown', 30);
  await until(() => delivered(office, account, 'message', 2), 30, 'what followed did not go on');
  expect(office.shown('ZhangSan')).toEqual(['Li Ming has joined and will help you.', 'one', 'two']);
  const { data } = await world.must('GET', `/v1/deliveries?account=${account}&state=unknown`);
  expect(data).toMatchObject([{ id: String(id), effect: 'message', state: 'unknown' }]);
  expect(await world.sql('select code from alarm')).toEqual([{ code: 'delivery_unknown' }]);
  expect(wecom.sent.filter(({ content }) => content === 'one')).toHaveLength(1);
  expect(await world.broken()).toEqual([]);
}, 120_000);

async function delivered(office: Office, account: string, effect: string, count: number): Promise<boolean> {
  const rows = await office.deliveries(account, effect);
  return rows.filter(({ state }) => state === 'delivered').length >= count;
}
