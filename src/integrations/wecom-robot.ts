// The group robot of WeCom: a message for people, posted to an address whose key is the whole secret. The robot answers 200 to nearly
// everything and says in `errcode` what it did. To call twice is better than not at all: what may have arrived counts as to be tried again.
import { z } from 'zod';
import { kindOfStatus, readRetryAfter } from './http-answers.ts';
import { OutsideFailure } from './outside-failure.ts';
import { withinTime } from './within-time.ts';

export type RobotOptions = {
  /** https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=… */
  readonly url: string;
  readonly timeoutMs: number;
};

/** What one robot takes is 20 messages a minute. */
const PAUSE_MS = 60_000;
const LONGEST_WORDS = 200;

/** @param markdown at most 4,096 bytes of UTF-8. @throws OutsideFailure whose words never hold the robot's key. */
export async function sendToRobot(options: RobotOptions, markdown: string, signal?: AbortSignal): Promise<void> {
  const { url, timeoutMs } = options;
  const address = URL.parse(url);
  if (address === null) throw new OutsideFailure('auth', 'bad_address', 'The robot’s address is none.');
  const body = JSON.stringify({ msgtype: 'markdown', markdown: { content: markdown } });
  const { response, text } = await withinTime({ timeoutMs, signal }, (stop) => post(address, body, stop));
  const answer = Answer.safeParse(parsed(text)).data;
  if (!answer) throw notUnderstood(response);
  if (answer.errcode !== 0) throw failureOf(answer, url);
}

async function post(address: URL, body: string, signal: AbortSignal): Promise<{ response: Response; text: string }> {
  const headers = { 'content-type': 'application/json' };
  try {
    const response = await fetch(address, { method: 'POST', headers, body, signal, redirect: 'manual' });
    return { response, text: await response.text() };
  } catch (error) {
    throw new OutsideFailure('retryable', 'unreachable', 'The robot was not reached.', { cause: error });
  }
}

const Answer = z.object({ errcode: z.number().int(), errmsg: z.string().catch('') });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A page of whatever stands before the robot. A success that says nothing is none. */
function notUnderstood({ status, ok, headers }: Response): OutsideFailure {
  const kind = ok ? 'retryable' : kindOfStatus(status);
  const retryAfterMs =
    readRetryAfter(headers.get('retry-after'), Date.now()) ?? (kind === 'rate_limited' ? PAUSE_MS : null);
  const pause = retryAfterMs === null ? {} : { retryAfterMs };
  return new OutsideFailure(
    kind,
    `http_${status}`,
    `Somebody answered ${status} for the robot, without its words.`,
    pause,
  );
}

/** The same for both: what is too long comes as 40058 or, from older robots, as 93000 too. */
function failureOf({ errcode, errmsg }: z.output<typeof Answer>, url: string): OutsideFailure {
  const detail = `The robot said ${errcode}: ${withoutKey(errmsg, url)}`;
  if (/exceed max length/i.test(errmsg) || errcode === 45_002)
    return new OutsideFailure('permanent', 'too_long', detail);
  if (errcode === 45_009) return new OutsideFailure('rate_limited', 'wecom_45009', detail, { retryAfterMs: PAUSE_MS });
  return new OutsideFailure(KINDS[errcode] ?? 'permanent', `wecom_${errcode}`, detail);
}

const KINDS: Readonly<Record<number, 'retryable' | 'auth'>> = {
  [-1]: 'retryable',
  45033: 'retryable',
  48002: 'auth',
  60020: 'auth',
  93000: 'auth',
};

function withoutKey(words: string, url: string): string {
  const key = new URL(url).searchParams.get('key') ?? '';
  const shown = key === '' ? words : words.replaceAll(key, '…').replaceAll(encodeURIComponent(key), '…');
  return shown.slice(0, LONGEST_WORDS);
}
