// Who hears what is decided by the server alone, at each question: sockets are opened and questions asked as a stranger would.
import { describe, expect, test } from 'vitest';
import { openRawSocket } from '../support/raw-socket.ts';
import { until, World } from '../support/world.ts';

const LEASE_SECONDS = 1.5;
const REFUSED = { ok: false, code: 'stream_not_found' };

const world = await World.open({ env: { LEASE_SECONDS: String(LEASE_SECONDS) } });
const account = await world.account();
const foreign = await world.account();
const anna = await openContact('anna');
const bea = await openContact('bea');
const agent = await world.agent([account]);
const colleague = await world.agent([account]);

async function openContact(name: string) {
  const { contact, conversationId } = await world.must('POST', '/v1/contacts', { account, contact: { id: name } });
  return { id: contact.id, conversation: conversationId, token: await world.token('contact', contact.id) };
}

async function connected(namespace: '/agent' | '/contact', token: string) {
  const socket = openRawSocket(world.url, namespace, { token });
  await socket.hears('stream.ready');
  return socket;
}

describe('a contact', () => {
  const forbidden = {
    'the board': `board:${account}`,
    "another's conversation": `conversation:${bea.conversation}`,
    "another's own stream": `contact:${bea.id}`,
    'the notes of their own conversation': `notes:${anna.conversation}`,
    "an agent's stream": `agent:${agent.id}`,
    "the operators' stream": 'ops',
  };
  test.for(Object.entries(forbidden))('neither follows nor reads %s', async ([, stream]) => {
    const socket = await connected('/contact', anna.token);
    expect(await socket.ask('stream.subscribe', { stream })).toMatchObject(REFUSED);
    expect(await socket.ask('stream.sync', { stream, after: 0 })).toMatchObject(REFUSED);
  });

  test('hears of their own conversation, and nothing of what others say or what agents note', async () => {
    const socket = await connected('/contact', anna.token);
    const ready = await socket.hears('stream.ready');
    const streams = ready.streams.map(({ stream }: { stream: string }) => stream);
    expect(streams.sort()).toEqual([`contact:${anna.id}`, `conversation:${anna.conversation}`]);

    await world.ingest(['bea', 'anna', 'bea'].map((name) => world.message(account, name)));
    await world.quiet();
    await world.must('POST', `/v1/conversations/${anna.conversation}/accept`, undefined, { key: agent.token });
    const { data } = await world.must('GET', `/v1/conversations/${anna.conversation}/messages`);
    const said = { sessionId: data[0].sessionId, content: 'a remark among us', private: true };
    await world.must('POST', `/v1/conversations/${anna.conversation}/messages`, said, { key: agent.token });
    await world.must('POST', `/v1/conversations/${anna.conversation}/resolve`, {}, { key: agent.token });
    const heardEnd = () =>
      socket.heard.some(({ name, data }) => name === 'event' && data.type === 'conversation.resolved');
    await until(heardEnd, 5, 'the contact did not hear the end');
    const heard = socket.heard.filter(({ name }) => name === 'event').map(({ data }) => data);
    expect(new Set(heard.map(({ stream }) => stream))).toEqual(new Set(streams));
    expect(JSON.stringify(heard)).not.toContain('a remark among us');
    expect(JSON.stringify(heard)).not.toContain(bea.id);
  });
});

describe('an agent', () => {
  const forbidden = {
    'the board of an account that is not theirs': `board:${foreign}`,
    "a colleague's stream": `agent:${colleague.id}`,
    "the operators' stream": 'ops',
    'a stream of no kind': 'conversation',
    'what is not there': 'conversation:01JZ0000000000000000000000',
  };
  test.for(Object.entries(forbidden))('neither follows nor reads %s', async ([, stream]) => {
    const socket = await connected('/agent', agent.token);
    expect(await socket.ask('stream.subscribe', { stream })).toMatchObject(REFUSED);
    expect(await socket.ask('stream.sync', { stream, after: 0 })).toMatchObject(REFUSED);
  });

  test('who is taken off an account stops hearing its board and its conversations within a renewal of the lease', async () => {
    const { id, token } = await world.agent([account]);
    const socket = await connected('/agent', token);
    const stream = `conversation:${bea.conversation}`;
    expect(await socket.ask('stream.subscribe', { stream })).toMatchObject({ ok: true, stream });
    await world.must('PATCH', `/v1/agents/${id}`, { accounts: [foreign] });
    expect(await socket.ask('stream.sync', { stream, after: 0 })).toMatchObject(REFUSED);
    // The second renewal from now: the round of the first one is over by then, with all that belongs to it.
    const afterTwo = new Date(world.kernel.clock().getTime() + LEASE_SECONDS * 1000 * (1 + 1 / 3));
    const renewed = 'select 1 from connection where id = ? and leased_until > ?';
    const isRenewed = async () => (await world.sql(renewed, [socket.socket.id, afterTwo])).length === 1;
    await until(isRenewed, 5, 'the lease was not renewed');
    const witness = await connected('/agent', colleague.token);
    expect(await witness.ask('stream.subscribe', { stream })).toMatchObject({ ok: true });
    const before = socket.heard.length;
    await world.ingest([world.message(account, 'bea')]);
    await until(() => witness.heard.some(({ data }) => data?.stream === stream), 5, 'nobody heard of the message');
    const later = socket.heard.slice(before).filter(({ name }) => name === 'event' || name === 'stream.head');
    expect(later.filter(({ data }) => data.stream === `board:${account}` || data.stream === stream)).toEqual([]);
  });
});

describe('a question that does not fit', () => {
  const questions: readonly (readonly [string, unknown])[] = [
    ['stream.subscribe', undefined],
    ['stream.subscribe', null],
    ['stream.subscribe', 'board'],
    ['stream.subscribe', { stream: 7 }],
    ['stream.subscribe', { stream: '' }],
    ['stream.subscribe', { stream: 'x'.repeat(1000) }],
    ['stream.subscribe', { stream: `board:${account}`, room: 'all' }],
    ['stream.unsubscribe', []],
    ['stream.sync', { stream: `board:${account}` }],
    ['stream.sync', { stream: `board:${account}`, after: -1 }],
    ['stream.sync', { stream: `board:${account}`, after: 1.5 }],
    ['stream.sync', { stream: `board:${account}`, after: 0, limit: 100_000 }],
    ['stream.sync', { stream: `board:${account}`, after: '0 or 1=1' }],
    ['token.refresh', { token: {} }],
  ];
  test('is answered as such, and the socket lives on', async () => {
    const socket = await connected('/agent', agent.token);
    for (const [event, question] of questions)
      expect(await socket.ask(event, question), `${event} ${JSON.stringify(question)}`).toMatchObject({
        ok: false,
        code: 'bad_question',
      });
    socket.socket.emit('stream.subscribe', { stream: `board:${account}` });
    socket.socket.emit('stream.sync');
    socket.socket.emit('superseded', agent.id, 10_000);
    expect(await socket.ask('stream.sync', { stream: `board:${account}`, after: 0 })).toMatchObject({ ok: true });
  });
});
