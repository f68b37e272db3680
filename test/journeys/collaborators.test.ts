// Calling in a colleague (D5): an agent who serves asks others to help. They read and reply under their own names, take no seat, and
// decide nothing: the conversation stays whose it is, until it ends for all of them.
import { expect, test } from 'vitest';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open();
const account = await world.account();

type Agent = { id: string; token: string };

/** A conversation that this agent serves. */
async function serve(agent: Agent) {
  const contact = `wang-${Math.random()}`;
  await world.ingest([world.message(account, contact)]);
  const { id } = await world.conversation(account, contact);
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  const path = `/v1/conversations/${id}`;
  const as = (who: Agent, method: string, rest: string, body?: object) =>
    world.call(method, `${path}${rest}`, body, { key: who.token });
  return { id, sessionId, path, as };
}

async function texts(path: string): Promise<string[]> {
  const { data } = await world.must('GET', `${path}/messages`);
  return data.map(({ content, senderName }: Json) => (senderName ? `${senderName}: ${content}` : content)).reverse();
}

async function eventsOf(conversation: string, types: string): Promise<Json[]> {
  const rows = await world.sql('select type, data from event where conversation_id = ? and type like ? order by id', [
    conversation,
    types,
  ]);
  return rows.map(({ type, data }) => ({ type, ...JSON.parse(data) }));
}

test('D5: a colleague is called in, helps under their own name, and goes again', async () => {
  const li = await world.agent([account], { name: 'Li Ming' });
  const zhao = await world.agent([account], { name: 'Zhao Lei', capacity: 0 });
  const { id, sessionId, path, as } = await serve(li);
  const screen = world.client('/agent', zhao.token);
  await until(() => Object.keys(screen.client.places).length === 2, 5, 'the colleague is not connected');

  const invited = await as(li, 'POST', `/collaborators/${zhao.id}`, { reason: 'knows the contract' });
  expect(invited).toMatchObject({
    status: 200,
    body: { agentId: zhao.id, state: 'invited', invitedBy: li.id, sessionId },
  });
  const heard = () =>
    screen.events.find(({ stream, type }) => stream === `agent:${zhao.id}` && type === 'collaborator.invited');
  await until(() => heard() !== undefined, 5, 'the colleague was not told');
  expect(heard()?.data).toMatchObject({ conversationId: id, invitedBy: li.id, reason: 'knows the contract' });

  const early = await as(zhao, 'POST', '/messages', { sessionId, content: 'Hello' });
  expect(early).toMatchObject({ status: 409, body: { code: 'not_serving' } });
  expect(await as(zhao, 'POST', `/collaborators/${zhao.id}`)).toMatchObject({ status: 200, body: { state: 'joined' } });
  expect(await as(zhao, 'POST', '/messages', { sessionId, content: 'Page 7 says so.' })).toMatchObject({
    status: 201,
    body: { sender: 'human', senderId: zhao.id, senderName: 'Zhao Lei' },
  });
  expect(await as(zhao, 'POST', '/messages', { sessionId, content: 'among us', private: true })).toMatchObject({
    status: 201,
  });
  expect(await as(zhao, 'GET', '/messages')).toMatchObject({ status: 200 });

  expect(await world.sql('select seat from assignment where agent_id = ?', [zhao.id])).toEqual([]);
  expect(await as(zhao, 'POST', '/resolve', {})).toMatchObject({ status: 409, body: { code: 'not_serving' } });
  expect(await as(zhao, 'POST', '/accept')).toMatchObject({ status: 409, body: { code: 'already_assigned' } });

  expect(await as(zhao, 'DELETE', `/collaborators/${zhao.id}`)).toMatchObject({ status: 200, body: { state: 'left' } });
  const late = await as(zhao, 'POST', '/messages', { sessionId, content: 'One more' });
  expect(late).toMatchObject({ status: 409, body: { code: 'not_serving' } });
  expect((await texts(path)).slice(1)).toEqual([
    'Li Ming has joined and will help you.',
    'Zhao Lei has joined.',
    'Zhao Lei: Page 7 says so.',
    'Zhao Lei: among us',
    'Zhao Lei has left.',
  ]);
  expect((await eventsOf(id, 'collaborator.%')).map(({ type }) => type)).toEqual([
    'collaborator.invited',
    'collaborator.joined',
    'collaborator.left',
  ]);
  const list = await world.must('GET', `${path}/collaborators`);
  expect(list.data).toMatchObject([
    { agentId: zhao.id, state: 'left', joinedAt: expect.any(String), endedAt: expect.any(String) },
  ]);
  expect(await world.broken()).toEqual([]);
});

test('D5: who helps may call in others; who serves may send them away', async () => {
  const [li, zhao, sun] = await Promise.all([world.agent([account]), world.agent([account]), world.agent([account])]);
  const { id, as } = await serve(li);
  await as(li, 'POST', `/collaborators/${zhao.id}`);
  expect(await as(zhao, 'POST', `/collaborators/${sun.id}`)).toMatchObject({
    status: 403,
    body: { code: 'not_a_member' },
  });
  await as(zhao, 'POST', `/collaborators/${zhao.id}`);
  expect(await as(zhao, 'POST', `/collaborators/${sun.id}`)).toMatchObject({
    status: 200,
    body: { invitedBy: zhao.id },
  });
  expect(await as(zhao, 'DELETE', `/collaborators/${sun.id}`)).toMatchObject({
    status: 403,
    body: { code: 'not_a_member' },
  });
  expect(await as(li, 'DELETE', `/collaborators/${sun.id}`)).toMatchObject({ status: 200, body: { state: 'left' } });
  expect(await as(sun, 'POST', `/collaborators/${sun.id}`)).toMatchObject({
    status: 403,
    body: { code: 'not_a_member' },
  });
  expect(await as(li, 'POST', `/collaborators/${sun.id}`)).toMatchObject({ status: 200, body: { state: 'invited' } });
  expect((await eventsOf(id, 'collaborator.left')).map(({ reason }) => reason)).toEqual(['sent away by Li Ming']);
});

test('D5: when the session ends, everybody who was called in goes with it', async () => {
  const [li, zhao, sun] = await Promise.all([world.agent([account]), world.agent([account]), world.agent([account])]);
  const { id, path, as } = await serve(li);
  for (const each of [zhao, sun]) await as(li, 'POST', `/collaborators/${each.id}`);
  await as(zhao, 'POST', `/collaborators/${zhao.id}`);
  expect(await as(li, 'POST', '/resolve', {})).toMatchObject({ status: 200 });
  const { data } = await world.must('GET', `${path}/collaborators`);
  expect(data.map(({ state }: Json) => state)).toEqual(['ended', 'ended']);
  expect((await eventsOf(id, 'collaborator.left')).map(({ reason }) => reason)).toEqual([
    'the session ended',
    'the session ended',
  ]);
});

test('each refusal has its name', async () => {
  const [li, zhao] = await Promise.all([world.agent([account], { name: 'Li Ming' }), world.agent([account])]);
  const away = await world.agent([account], { alwaysReachable: false });
  const elsewhere = await world.agent([await world.account()]);
  const { id, as } = await serve(li);
  const refused = async (code: string, status: number, who: Agent, method: string, whom: string) => {
    const reply = await as(who, method, `/collaborators/${whom}`);
    expect({ status: reply.status, code: reply.body.code }).toEqual({ status, code });
  };
  await refused('already_owner', 409, li, 'POST', li.id);
  await refused('not_a_member', 403, zhao, 'POST', away.id);
  await refused('not_a_member', 403, zhao, 'POST', zhao.id);
  await refused('invitee_offline', 409, li, 'POST', away.id);
  await refused('agent_not_found', 404, li, 'POST', elsewhere.id);
  await refused('not_collaborating', 409, li, 'DELETE', zhao.id);
  await refused('owner_cannot_leave', 409, li, 'DELETE', li.id);
  await as(li, 'POST', `/collaborators/${zhao.id}`);
  await refused('already_collaborating', 409, li, 'POST', zhao.id);
  await as(zhao, 'POST', `/collaborators/${zhao.id}`);
  await refused('already_collaborating', 409, zhao, 'POST', zhao.id);
  await refused('already_owner', 409, zhao, 'POST', li.id);
  await as(li, 'POST', '/resolve', {});
  await refused('not_serving', 409, li, 'POST', zhao.id);
  await refused('not_collaborating', 409, zhao, 'DELETE', zhao.id);
  const key = await world.call('POST', `/v1/conversations/${id}/collaborators/${zhao.id}`);
  expect(key).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
});

test('sixteen who ask the same colleague at once ask them once', async () => {
  const [li, zhao] = await Promise.all([world.agent([account]), world.agent([account])]);
  const { id, as } = await serve(li);
  const replies = await Promise.all(Array.from({ length: 16 }, () => as(li, 'POST', `/collaborators/${zhao.id}`)));
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(new Set(replies.map(({ body }) => body.code))).toEqual(new Set([undefined, 'already_collaborating']));
  expect(await eventsOf(id, 'collaborator.%')).toHaveLength(1);
});
