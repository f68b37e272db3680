// What a contact is shown, by GET, by replay and over the socket: their conversation, and nothing of how the desk sees them.
import { expect, test } from 'vitest';
import { openRawSocket } from '../support/raw-socket.ts';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open();
const account = await world.account();
const agent = await world.agent([account]);

async function meet(name: string) {
  await world.ingest([world.message(account, { id: name, name: 'Wang', level: 'gold', vip: true } as never)]);
  const { id, contact } = await world.conversation(account, name);
  return { id, contactId: contact.id, token: await world.token('contact', contact.id) };
}

async function eventsOf(stream: string, key: string): Promise<Json[]> {
  return (await world.must('GET', `/v1/streams/${stream}/events`, undefined, { key })).events;
}

test('a contact gets a small view of their conversation, the desk gets all', async () => {
  const { id, contactId, token } = await meet('wang');
  await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  const own = await world.must('GET', `/v1/conversations/${id}`, undefined, { key: token });
  const desk = await world.must('GET', `/v1/conversations/${id}`, undefined, { key: agent.token });
  const { status, epoch, lastMessageAt, sessions } = desk;
  expect(own).toEqual({
    id,
    status,
    epoch,
    lastMessageAt,
    contact: { id: contactId, name: 'Wang' },
    agent: { name: 'Li Ming' },
    sessions: sessions.map((session: Json) => ({ id: session.id, handler: 'human', state: 'active' })),
    asOf: { stream: `conversation:${id}`, epoch: world.kernel.epoch, seq: expect.any(Number) },
  });
  expect(desk).toMatchObject({ urgency: 1, pinned: false, contact: { level: 'gold', vip: true } });
  expect(desk.sessions[0]).toMatchObject({ level: expect.any(Number), origin: expect.any(String) });
});

test('the streams of a contact show no reason, level or origin, and no key that acted', async () => {
  const { id, contactId, token } = await meet('li');
  await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  await world.must('POST', `/v1/conversations/${id}/resolve`, { note: 'spam' });
  const told = [...(await eventsOf(`conversation:${id}`, token)), ...(await eventsOf(`contact:${contactId}`, token))];
  expect(told.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['session.opened', 'session.activated', 'session.completed']),
  );
  const hidden = ['reason', 'level', 'origin', 'note', 'previousAgentId', 'explanation', 'seat'];
  for (const { type, data } of told)
    expect(
      Object.keys(data).filter((field) => hidden.includes(field)),
      type,
    ).toEqual([]);
  const actors = new Set(told.map(({ actor }) => actor?.id ?? null));
  expect(actors).toEqual(new Set([null, agent.id]));
  const board = await eventsOf(`board:${account}`, agent.token);
  const resolved = board.find(({ type, data }) => type === 'conversation.resolved' && data.conversationId === id);
  expect(resolved).toMatchObject({ actor: { type: 'key' }, data: { note: 'spam' } });
});

test('what is pushed is what is read again later', async () => {
  const { id, contactId, token } = await meet('zhao');
  const socket = openRawSocket(world.url, '/contact', { token });
  await socket.hears('stream.ready');
  await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  await world.must('POST', `/v1/conversations/${id}/resolve`);
  const heard = (stream: string) =>
    socket.heard.filter(({ name, data }) => name === 'event' && data.stream === stream).map(({ data }) => data);
  for (const stream of [`conversation:${id}`, `contact:${contactId}`]) {
    const ended = () => heard(stream).some(({ type }) => type === 'conversation.resolved');
    await until(ended, 5, `the contact did not hear the end on ${stream}`);
    const [first] = heard(stream);
    const replayed = (await eventsOf(stream, token)).filter(({ seq }) => seq >= first.seq);
    expect(heard(stream)).toEqual(replayed);
  }
});

test('an agent who follows the stream of a contact hears what the contact hears', async () => {
  const { id, contactId } = await meet('sun');
  const socket = openRawSocket(world.url, '/agent', { token: agent.token });
  await socket.hears('stream.ready');
  const stream = `contact:${contactId}`;
  expect(await socket.ask('stream.subscribe', { stream })).toMatchObject({ ok: true });
  await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  const isTold = () =>
    socket.heard.some(({ data }) => data?.stream === stream && data.type === 'conversation.assigned');
  await until(isTold, 5, 'the agent did not hear of the contact');
});
