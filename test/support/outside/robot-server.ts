// A WeCom group robot on loopback: 20 messages in a minute, 4,096 bytes each, one key; it says what is wrong in `errcode`, under
// status 200, as the real one does. It breaks on order.
import type { ServerResponse } from 'node:http';
import { giveJson, type Recorded, startLocalServer } from './local-server.ts';

export type Trouble =
  | 'bad_gateway'
  | 'busy'
  | 'concurrent'
  | 'too_long_as_93000'
  | 'echo_key'
  | 'not_json'
  | 'too_many_http'
  | 'too_many_silent'
  | 'drop'
  | 'hang';

export type RobotServer = {
  /** With the right key. */
  readonly url: string;
  readonly key: string;
  /** What people in the group saw, in order. */
  readonly messages: readonly string[];
  readonly next: (trouble: Trouble) => void;
  readonly close: () => Promise<void>;
};

const KEY = '693axxx6-7aoc-4bc4-97a0-canary12a3456';
const MOST_BYTES = 4096;
const MOST_MESSAGES = 20;
const WINDOW_MS = 60_000;

/** @param now its clock, in milliseconds. */
export async function startRobotServer(now: () => number = Date.now): Promise<RobotServer> {
  const messages: string[] = [];
  const times: number[] = [];
  const hasRoom = () => {
    while (times[0] !== undefined && times[0] <= now() - WINDOW_MS) times.shift();
    return times.length < MOST_MESSAGES;
  };
  const server = await startLocalServer<Trouble | null>(null, (trouble, request, response) => {
    if (trouble) return TROUBLES[trouble](response, request);
    if (request.method !== 'POST' || request.path !== '/cgi-bin/webhook/send')
      return void response.writeHead(404).end();
    const content = contentOf(request);
    const refusal = whyRefused(request, content) ?? (hasRoom() ? null : ([45_009, 'api freq out of limit'] as const));
    if (refusal) return say(response, ...refusal);
    times.push(now());
    messages.push(content ?? '');
    say(response, 0, 'ok');
  });
  return { ...server, url: `${server.url}/cgi-bin/webhook/send?key=${KEY}`, key: KEY, messages };
}

const TROUBLES: Readonly<Record<Trouble, (response: ServerResponse, request: Recorded) => void>> = {
  bad_gateway: (response) => response.writeHead(502).end('<html><h1>502 Bad Gateway</h1></html>'),
  too_many_http: (response) => response.writeHead(429, { 'retry-after': '7' }).end('slow down'),
  too_many_silent: (response) => response.writeHead(429).end('slow down'),
  not_json: (response) => response.end('ok'),
  busy: (response) => say(response, -1, 'system busy'),
  concurrent: (response) => say(response, 45_033, 'concurrent call exceed limit'),
  too_long_as_93000: (response) => say(response, 93_000, `markdown.content exceed max length ${MOST_BYTES}`),
  echo_key: (response, { query }) => say(response, 93_000, `invalid webhook url key=${query.get('key')}`),
  drop: (response) => response.destroy(),
  hang: () => undefined,
};

function whyRefused({ query }: Recorded, content: string | null): readonly [errcode: number, errmsg: string] | null {
  if (query.get('key') !== KEY) return [93_000, 'invalid webhook url, hint: [1], from ip: 127.0.0.1'];
  if (content === null) return [40_008, 'invalid message type'];
  if (content === '') return [44_004, 'empty content'];
  if (Buffer.byteLength(content) <= MOST_BYTES) return null;
  return [40_058, `markdown.content exceed max length ${MOST_BYTES}. invalid Request Parameter`];
}

/** null: it is no message of the kind markdown. */
function contentOf({ body }: Recorded): string | null {
  const { msgtype, markdown } = JSON.parse(body.toString('utf8'));
  return msgtype === 'markdown' && typeof markdown?.content === 'string' ? markdown.content : null;
}

function say(response: ServerResponse, errcode: number, errmsg: string): void {
  giveJson(response, 200, { errcode, errmsg });
}
