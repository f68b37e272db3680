// The group robot, against one that answers as WeCom's does.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OutsideFailure } from '../../src/integrations/outside-failure.ts';
import { sendToRobot } from '../../src/integrations/wecom-robot.ts';
import { type RobotServer, startRobotServer, type Trouble } from '../support/outside/robot-server.ts';

let robot: RobotServer;
let time = 0;
beforeAll(async () => {
  robot = await startRobotServer(() => time);
});
afterAll(() => robot.close());

function send(markdown: string, url = robot.url, signal?: AbortSignal): Promise<void> {
  return sendToRobot({ url, timeoutMs: 2000 }, markdown, signal);
}

async function failureOf(sending: Promise<void>): Promise<OutsideFailure> {
  const error = await sending.catch((error: unknown) => error);
  if (error instanceof OutsideFailure) return error;
  throw new Error('It was no failure of the outside.');
}

test('a message arrives as it was written', async () => {
  await send('**告警** <@all> "quoted"\n第二行');
  expect(robot.messages).toEqual(['**告警** <@all> "quoted"\n第二行']);
});

test('the twenty-first within a minute is to wait a minute, and then goes', async () => {
  time += 60_000;
  for (let sent = 0; sent < 20; sent += 1) await send(`${sent}`);
  expect(await failureOf(send('21'))).toMatchObject({
    kind: 'rate_limited',
    code: 'wecom_45009',
    retryAfterMs: 60_000,
  });
  time += 60_000;
  await send('21');
  expect(robot.messages.at(-1)).toBe('21');
});

test('4,096 bytes are taken, one more is too long', async () => {
  time += 60_000;
  await send(`${'字'.repeat(1365)}a`);
  expect(await failureOf(send(`${'字'.repeat(1365)}ab`))).toMatchObject({ kind: 'permanent', code: 'too_long' });
  robot.next('too_long_as_93000');
  expect(await failureOf(send('a'))).toMatchObject({ kind: 'permanent', code: 'too_long' });
});

describe('what a failure means', () => {
  const cases: readonly (readonly [Trouble, string, string, number | null])[] = [
    ['bad_gateway', 'retryable', 'http_502', null],
    ['not_json', 'retryable', 'http_200', null],
    ['too_many_http', 'rate_limited', 'http_429', 7000],
    ['too_many_silent', 'rate_limited', 'http_429', 60_000],
    ['busy', 'retryable', 'wecom_-1', null],
    ['concurrent', 'retryable', 'wecom_45033', null],
    ['echo_key', 'auth', 'wecom_93000', null],
    ['drop', 'retryable', 'unreachable', null],
  ];
  test.each(cases)('%s: %s, %s', async (trouble, kind, code, retryAfterMs) => {
    robot.next(trouble);
    const failure = await failureOf(send('a'));
    expect(failure).toMatchObject({ kind, code, retryAfterMs });
    expect(toldOf(failure)).not.toContain('canary');
  });

  test('a wrong key, an empty message, another address', async () => {
    expect(await failureOf(send('a', robot.url.replace('canary', 'another')))).toMatchObject({
      kind: 'auth',
      code: 'wecom_93000',
    });
    expect(await failureOf(send(''))).toMatchObject({ kind: 'permanent', code: 'wecom_44004' });
    const elsewhere = robot.url.replace('/send', '/sent');
    expect(await failureOf(send('a', elsewhere))).toMatchObject({ kind: 'permanent', code: 'http_404' });
  });

  test('silence ends with the time, or when it is given up', async () => {
    robot.next('hang');
    const late = sendToRobot({ url: robot.url, timeoutMs: 50 }, 'a');
    expect(await failureOf(late)).toMatchObject({ kind: 'retryable', code: 'timeout' });
    expect(await failureOf(send('a', robot.url, AbortSignal.abort()))).toMatchObject({
      kind: 'retryable',
      code: 'aborted',
    });
  });

  test('nobody listens, or the address is none: the key stays out of the words', async () => {
    const gone = await startRobotServer();
    await gone.close();
    const unreachable = await failureOf(send('a', gone.url));
    expect(unreachable).toMatchObject({ kind: 'retryable', code: 'unreachable' });
    const none = await failureOf(send('a', `qyapi.weixin.qq.com/send?key=${robot.key}`));
    expect(none).toMatchObject({ kind: 'auth', code: 'bad_address' });
    for (const failure of [unreachable, none]) expect(toldOf(failure)).not.toContain('canary');
  });
});

/** All that a log could show of it. */
function toldOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), error.cause ? toldOf(error.cause) : ''].join('\n');
}
