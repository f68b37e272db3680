// npm run demo -- --with chatwoot,wecom as a process of its own: what it shows of the scenes in those systems, what it counts, and that
// nothing is left when it is stopped in the middle of one.
import { expect, test } from 'vitest';
import { demo, demoUntil, traces, untilGone } from './demo-process.ts';

test('in Chatwoot and WeCom a robot answers, people are asked for and come, and both sides end with the same words', async () => {
  const { code, line, stderr } = await demo('--with', 'wecom,chatwoot', '--json');
  expect(code, stderr).toBe(0);
  expect(line).toMatchObject({
    ok: true,
    chatwootMessages: 6,
    wecomMessages: 11,
    deliveriesOpen: 0,
    transfersAccepted: 3,
  });
  expect(line).toMatchObject({ eventsMissed: 0, invariantViolations: 0, imageTasksCompleted: 1 });
  expect(line.deliveries).toBeGreaterThan(30);
  expect(line.hooks).toBeGreaterThan(10);
  const shown = stderr.slice(stderr.indexOf('▸ An account is connected to Chatwoot (a local protocol server)'));
  expect(
    inOrder(shown, [
      'shown:   to 王小姐: “有的，今天可以发货。”',
      'the baton is with the robot (epoch 1)',
      'Rule zh.wants_person.transfer reads “转仁工” as wants person, 97 % sure.',
      'a private note',
      'labels {"labels":["handoff"]}',
      'toggle_priority {"priority":"high"}',
      'assignments {"team_id":1}',
      'toggle_status {"status":"open"}',
      'queued: manual_customer_service pending, auto_customer_service paused',
      'the robot’s next word: 409 floor_lost.',
      'the baton is with a person outside (epoch 2)',
      'serving: manual_customer_service active (outside), auto_customer_service transferred',
      'there:   resolved, ',
      'resolved: manual_customer_service completed (outside), auto_customer_service completed',
      'same:    6 messages stand there and here',
      '▸ An account is connected to WeCom (a local protocol server)',
      'shown:   to ZhangSan: “请重启打印机。”',
      'Rule zh.wants_person.transfer reads “转仁工” as wants person, 97 % sure.',
      'shown:   to ZhangSan: “我来看看。”',
      'the baton is with 李明 (epoch 2)',
      'shown:   to LiSi: “IT 服务台邀请您加入会话”',
      'card:    its button says now: 已加入',
      'shown:   to LiSi: “李明给您发来消息”',
      'same:    11 messages stand there and here',
    ]),
  ).toBeNull();
}, 120_000);

/** @returns the first of these that does not come after the one before it. */
function inOrder(text: string, parts: readonly string[]): string | null {
  let place = 0;
  for (const part of parts) {
    const found = text.indexOf(part, place);
    if (found < 0) return part;
    place = found + part.length;
  }
  return null;
}

test('stopped in the middle of a scene it ends all that it started, and leaves nothing behind', async () => {
  const before = await traces();
  const { code, line, stderr } = await demoUntil('writes in WeCom: ', '--with', 'wecom', '--json');
  expect([code, line], stderr).toEqual([130, { ok: false, error: 'SIGINT' }]);
  const addresses = [...stderr.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([url]) => url);
  expect(new Set(addresses).size).toBe(3); // the API, WeCom's place and the robot
  for (const url of addresses) await expect(fetch(url), url).rejects.toThrow();
  await untilGone(before);
}, 120_000);

test('a system that is not known ends with exit code 2 and the usage', async () => {
  const { code, stdout, stderr } = await demo('--with', 'chatwoot,slack');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('--with knows chatwoot and wecom, not “slack”.');
});
