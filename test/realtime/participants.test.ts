// What a participant hears over the socket, and where it ends: frames of the conversation while they take part, their own removal as
// the last one, and nothing with a higher number, from whichever server.
import { expect, test } from 'vitest';
import { runAct } from '../../src/act.ts';
import { removeParticipant } from '../../src/domain/members/remove-participant.ts';
import { openRawSocket } from '../support/raw-socket.ts';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open({ apis: 2, env: { LEASE_SECONDS: '1.5' } });
const [near = '', far = ''] = world.apis.map(({ url }) => url);
const account = await world.account();
const li = await world.agent([account], { name: 'Li Ming', capacity: 50 });

let contacts = 0;

async function serve() {
  contacts += 1;
  await world.ingest([world.message(account, `wang-${contacts}`)]);
  const { id, contact } = await world.conversation(account, `wang-${contacts}`);
  const path = `/v1/conversations/${id}`;
  const { sessionId } = await world.must('POST', `${path}/accept`, undefined, { key: li.token });
  const say = (content: string) => world.must('POST', `${path}/messages`, { sessionId, content }, { key: li.token });
  return { id, path, sessionId, say, contactToken: await world.token('contact', contact.id) };
}

type Served = Awaited<ReturnType<typeof serve>>;

async function enter({ path }: Served, name: string) {
  const who = { kind: 'employee', externalId: name, name, historyMode: 'none' };
  const { invitation } = await world.must('POST', `${path}/participants`, who, { key: li.token });
  const { participant, token } = await world.must('POST', `${path}/participants/join`, { invitation }, { key: null });
  return { id: participant.id as string, token: token as string };
}

async function connect(token: string, url = near) {
  const socket = openRawSocket(url, '/contact', { token });
  await socket.hears('stream.ready');
  return socket;
}

type Socket = Awaited<ReturnType<typeof connect>>;

function frames({ heard }: Socket): Json[] {
  return heard.filter(({ name }) => name === 'event').map(({ data }) => data);
}

function untilHeard(socket: Socket, content: string): Promise<void> {
  return until(() => frames(socket).some(({ data }) => data.content === content), 5, `${content} was not heard`);
}

async function seqOf(conversation: string, type: string): Promise<number> {
  const [row] = await world.sql(
    'select max(s.seq) as seq from stream_entry s join event e on e.id = s.event_id where s.stream = ? and e.type = ?',
    [`conversation:${conversation}`, type],
  );
  return Number(row?.seq);
}

test('a participant hears their conversation, on every server, and nothing of the desk', async () => {
  const served = await serve();
  const { token } = await enter(served, 'Sun');
  const sockets = await Promise.all([connect(token, near), connect(token, far)]);
  await served.say('Welcome.');
  await world.must(
    'POST',
    `${served.path}/messages`,
    { sessionId: served.sessionId, content: 'among us', private: true },
    { key: li.token },
  );
  await served.say('Any questions?');
  for (const socket of sockets) {
    await untilHeard(socket, 'Any questions?');
    expect(new Set(frames(socket).map(({ stream }) => stream))).toEqual(new Set([`conversation:${served.id}`]));
    expect(JSON.stringify(frames(socket))).not.toContain('among us');
    for (const stream of [
      `notes:${served.id}`,
      `board:${account}`,
      `agent:${li.id}`,
      `session:${served.sessionId}`,
      'ops',
    ]) {
      expect(await socket.ask('stream.subscribe', { stream })).toMatchObject({ ok: false, code: 'stream_not_found' });
      expect(await socket.ask('stream.sync', { stream, after: 0 })).toMatchObject({
        ok: false,
        code: 'stream_not_found',
      });
    }
    await socket.hears('stream.head');
  }
});

test('who is taken out hears of it last, is told to stay away, and comes in no more', async () => {
  const served = await serve();
  const sun = await enter(served, 'Sun');
  const qian = await enter(served, 'Qian');
  const sockets = await Promise.all([connect(sun.token, near), connect(sun.token, far)]);
  const [witness, other] = await Promise.all([connect(served.contactToken, far), connect(qian.token, far)]);
  await served.say('before');
  await world.must('DELETE', `${served.path}/participants/${sun.id}`, undefined, { key: li.token });
  await served.say('after');
  await untilHeard(witness, 'after');
  await untilHeard(other, 'after');
  const end = await seqOf(served.id, 'participant.removed');
  for (const socket of sockets) {
    await socket.hears('connection.dismissed');
    expect(await socket.hears('disconnect')).toBe('io server disconnect');
    expect(frames(socket).at(-1)).toMatchObject({ type: 'participant.removed', seq: end });
  }
  const again = openRawSocket(near, '/contact', { token: sun.token });
  await again.hears('connection.dismissed');
  const replay = `/v1/streams/conversation:${served.id}/events?after=${end - 1}`;
  expect(await world.call('GET', replay, undefined, { key: sun.token })).toMatchObject({ status: 401 });
});

test('nothing after the removal is heard even when nobody tells the servers of it, and the socket is ended in time', async () => {
  const served = await serve();
  const { id, token } = await enter(served, 'Sun');
  const socket = await connect(token, far);
  const witness = await connect(served.contactToken, far);
  await served.say('before');
  await untilHeard(socket, 'before');
  // As when the process dies between its commit and its publish.
  const silent = { ...world.kernel, publish: () => undefined };
  await runAct(silent, { type: 'agent', id: li.id }, (act) => removeParticipant(act, served.id, id, li.id));
  await served.say('after');
  await untilHeard(witness, 'after');
  await socket.hears('connection.dismissed');
  expect(frames(socket).filter(({ seq }) => seq > 0 && seq >= frames(witness).at(-1).seq)).toEqual([]);
  expect(frames(socket).map(({ data }) => data.content)).not.toContain('after');
});

test('forty messages race with a removal: none with a higher number arrives', async () => {
  const served = await serve();
  const { id, token } = await enter(served, 'Sun');
  const sockets = await Promise.all([connect(token, near), connect(token, far)]);
  const said = Array.from({ length: 40 }, (_, index) =>
    world.call(
      'POST',
      `${served.path}/messages`,
      { sessionId: served.sessionId, content: `${index}` },
      {
        key: li.token,
        url: index % 2 === 0 ? near : far,
      },
    ),
  );
  await Promise.race(said);
  await world.must('DELETE', `${served.path}/participants/${id}`, undefined, { key: li.token });
  await Promise.all(said);
  const end = await seqOf(served.id, 'participant.removed');
  for (const socket of sockets) {
    await socket.hears('disconnect');
    expect(Math.max(...frames(socket).map(({ seq }) => seq))).toBeLessThanOrEqual(end);
  }
});

test('with the end of the session the sockets end, and our client does not come back', async () => {
  const served = await serve();
  const { token } = await enter(served, 'Sun');
  const states: string[] = [];
  const { client, events } = world.client('/contact', token, { onState: (state) => states.push(state) });
  await until(() => Object.keys(client.places).length === 1, 5, 'the client is not connected');
  await world.must('POST', `${served.path}/resolve`, {}, { key: li.token });
  await until(() => states.includes('dismissed') && states.at(-1) === 'disconnected', 5, 'the client was not told');
  expect(events.at(-1)).toMatchObject({ type: 'participant.left' });
});
