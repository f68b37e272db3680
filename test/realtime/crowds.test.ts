// Crowds at the realtime door: whatever sockets want at once waits its turn, and leaves the database to the others as well.
import { expect, test } from 'vitest';
import { openRawSocket } from '../support/raw-socket.ts';
import { until, World } from '../support/world.ts';

const POOL = 4;
/** The pool refuses whoever would be the 41st to wait. */
const CROWD = 120;
const MOST_QUESTIONS = 200;

const world = await World.open({ workers: 0, env: { DATABASE_POOL: String(POOL) } });
const account = await world.account();

async function contactToken(name: string): Promise<string> {
  const { contact } = await world.must('POST', '/v1/contacts', { account, contact: { id: name } });
  return world.token('contact', contact.id);
}

/** Asks by HTTP, one after the other, until the work is over. @returns the statuses that were answered. */
async function statusesWhile(work: Promise<unknown>): Promise<Set<number>> {
  const statuses = new Set<number>();
  let over = false;
  void work.finally(() => {
    over = true;
  });
  while (!over) statuses.add((await world.call('GET', '/v1/accounts')).status);
  return statuses;
}

test(`${CROWD} contacts that come at once, and go at once, are all set up at the first try; callers of HTTP notice nothing`, async () => {
  const tokens: string[] = [];
  for (let index = 0; index < CROWD; index += 1) tokens.push(await contactToken(`contact-${index}`));
  const sockets = tokens.map((token) => openRawSocket(world.url, '/contact', { token }));
  const ended = () => sockets.filter(({ heard }) => heard.some(({ name }) => name === 'disconnect'));
  const ready = () => sockets.filter(({ heard }) => heard.some(({ name }) => name === 'stream.ready'));
  const coming = until(() => ready().length + ended().length === CROWD, 20, 'not all are set up');
  expect([...(await statusesWhile(coming))]).toEqual([200]);
  expect(ended()).toHaveLength(0);

  for (const { socket } of sockets) socket.disconnect();
  const left = async () => {
    const [{ count }] = await world.sql("select count(*) as count from connection where server = 'closed'");
    return count === CROWD;
  };
  expect([...(await statusesWhile(until(left, 20, 'not every lease was ended')))]).toEqual([200]);
});

test('of 3,000 questions of one socket 200 wait and are answered, the others are told to come again, and callers of HTTP notice nothing', async () => {
  const socket = openRawSocket(world.url, '/contact', { token: await contactToken('curious') });
  const { streams } = await socket.hears('stream.ready');
  const stream: string = streams[0].stream;
  const asking = Promise.all(Array.from({ length: 3_000 }, () => socket.ask('stream.subscribe', { stream })));
  expect([...(await statusesWhile(asking))]).toEqual([200]);
  const answers = await asking;
  const refused = answers.filter(({ ok }) => !ok);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['too_many_questions']));
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(MOST_QUESTIONS);
  expect(await socket.ask('stream.subscribe', { stream })).toMatchObject({ ok: true, stream });
});

test('a client that asks for more streams than may wait follows all of them', async () => {
  const account = await world.account();
  const agent = await world.agent([account]);
  const names = Array.from({ length: MOST_QUESTIONS + 100 }, (_, index) => `walker-${index}`);
  const found: string[] = [];
  for (const name of names) {
    const { conversationId } = await world.must('POST', '/v1/contacts', { account, contact: { id: name } });
    found.push(`conversation:${conversationId}`);
  }
  const { client } = world.client('/agent', agent.token);
  for (const stream of found) client.subscribe(stream);
  const followed = () => found.every((stream) => client.places[stream] !== undefined);
  await until(followed, 20, 'not all streams are followed');
});
