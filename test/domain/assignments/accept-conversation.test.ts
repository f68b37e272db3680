// An agent takes a conversation: one owner however many try, no seat twice, and the events of exactly that.
import { expect, test } from 'vitest';
import { type Json, World } from '../../support/world.ts';

const world = await World.open();

function accept(conversation: string, token: string) {
  return world.call('POST', `/v1/conversations/${conversation}/accept`, undefined, { key: token });
}

async function queued(account: string, contact: string): Promise<string> {
  await world.ingest([world.message(account, contact)]);
  return (await world.conversation(account, contact)).id;
}

async function eventsOf(conversation: string): Promise<string[]> {
  const rows: Json[] = await world.sql('select type from event where conversation_id = ? order by id', [conversation]);
  return rows.map(({ type }) => type);
}

test('of 32 agents who accept at once one gets it, and 31 are told who', async () => {
  const account = await world.account();
  const conversation = await queued(account, 'wang');
  const agents = await Promise.all(
    Array.from({ length: 32 }, (_, index) => world.agent([account], { name: `Agent ${index}` })),
  );
  const replies = await Promise.all(agents.map(({ token }) => accept(conversation, token)));
  const winner = replies.findIndex(({ status }) => status === 200);
  const losers = replies.filter(({ status }) => status !== 200);
  expect(losers).toHaveLength(31);
  for (const { status, body } of losers) {
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'already_assigned' });
    expect(body.holder.agentName).toBe(`Agent ${winner}`);
    expect(body.detail).toBe(`Agent ${winner} has this conversation already.`);
  }
  expect(await world.sql('select agent_id from assignment where conversation_id = ?', [conversation])).toEqual([
    { agent_id: agents[winner]?.id },
  ]);
  expect((await eventsOf(conversation)).filter((type) => type === 'conversation.assigned')).toHaveLength(1);
  expect(await world.broken()).toEqual([]);
});

test('an agent with three seats who accepts twenty conversations at once gets three', async () => {
  const account = await world.account();
  const agent = await world.agent([account], { capacity: 3 });
  const contacts = Array.from({ length: 20 }, (_, index) => `contact-${index}`);
  await world.ingest(contacts.map((contact) => world.message(account, contact)));
  const conversations = await Promise.all(contacts.map(async (name) => (await world.conversation(account, name)).id));
  const replies = await Promise.all(conversations.map((id) => accept(id, agent.token)));
  const accepted = replies.filter(({ status }) => status === 200);
  const refused = replies.filter(({ status }) => status !== 200);
  expect(accepted.map(({ body }) => body.seat).sort()).toEqual([0, 1, 2]);
  expect(refused.map(({ status, body }) => `${status} ${body.code}`)).toEqual(Array(17).fill('409 agent_full'));
  expect(refused[0]?.body.capacity).toBe(3);
  expect(await world.broken()).toEqual([]);
});

test('accepting again changes nothing; resolve frees the seat; each move is told once', async () => {
  const account = await world.account();
  const agent = await world.agent([account], { capacity: 1 });
  const [first, second] = [await queued(account, 'first'), await queued(account, 'second')];
  const accepted = await accept(first, agent.token);
  const events = await eventsOf(first);
  expect(await accept(first, agent.token)).toMatchObject({ status: 200, body: accepted.body });
  expect(await eventsOf(first)).toEqual(events);
  expect(await accept(second, agent.token)).toMatchObject({ status: 409, body: { code: 'agent_full' } });
  await world.must('POST', `/v1/conversations/${first}/resolve`, {}, { key: agent.token });
  expect(await accept(second, agent.token)).toMatchObject({ status: 200, body: { seat: 0 } });
  await world.quiet();
  expect((await eventsOf(first)).sort()).toEqual(
    [
      'conversation.created',
      'session.opened',
      'conversation.status_changed',
      'messages.ingested',
      'conversation.queued',
      'session.activated',
      'assignment.accepted',
      'conversation.assigned',
      'conversation.status_changed',
      'message.created',
      'message.created',
      'session.completed',
      'assignment.released',
      'conversation.status_changed',
      'conversation.resolved',
    ].sort(),
  );
  expect(await world.broken()).toEqual([]);
});

test('is refused when resolved, when the agent is away, offline or not on the account', async () => {
  const account = await world.account();
  const conversation = await queued(account, 'wang');
  const agent = await world.agent([account]);
  const stranger = await world.agent([await world.account()]);
  expect(await accept(conversation, stranger.token)).toMatchObject({
    status: 404,
    body: { code: 'conversation_not_found' },
  });
  for (const availability of ['busy', 'away', 'offline']) {
    await world.must('PUT', `/v1/agents/${agent.id}/presence`, { availability });
    const { status, body } = await accept(conversation, agent.token);
    expect({ status, code: body.code, is: body.availability }).toEqual({
      status: 409,
      code: 'agent_offline',
      is: availability,
    });
  }
  await world.must('PUT', `/v1/agents/${agent.id}/presence`, { availability: 'online' });
  await world.must('PATCH', `/v1/agents/${agent.id}`, { alwaysReachable: false });
  expect(await accept(conversation, agent.token)).toMatchObject({ status: 409, body: { code: 'agent_offline' } });
  await world.must('POST', `/v1/conversations/${conversation}/resolve`);
  expect(await accept(conversation, agent.token)).toMatchObject({
    status: 409,
    body: { code: 'conversation_resolved' },
  });
  expect(await world.sql('select id from assignment where conversation_id = ?', [conversation])).toEqual([]);
  expect(await world.broken()).toEqual([]);
});

test('only who serves may resolve; what they noted is not shown to the contact', async () => {
  const account = await world.account();
  const conversation = await queued(account, 'wang');
  const [holder, other] = [await world.agent([account], { name: 'Holder' }), await world.agent([account])];
  await accept(conversation, holder.token);
  const path = `/v1/conversations/${conversation}/resolve`;
  const { status, body } = await world.call('POST', path, {}, { key: other.token });
  expect({ status, code: body.code, holder: body.holder.agentName }).toEqual({
    status: 409,
    code: 'not_serving',
    holder: 'Holder',
  });
  await world.must('POST', path, { note: 'a difficult one' }, { key: holder.token });
  const contact = await world.token('contact', (await world.conversation(account, 'wang')).contact.id);
  const seen = [
    await world.must('GET', `/v1/conversations/${conversation}`, undefined, { key: contact }),
    await world.must('GET', `/v1/streams/conversation:${conversation}/events`, undefined, { key: contact }),
    await world.must('GET', `/v1/conversations/${conversation}/messages`, undefined, { key: contact }),
  ];
  expect(JSON.stringify(seen)).not.toContain('a difficult one');
  expect(await world.call('POST', path)).toMatchObject({ status: 409, body: { code: 'conversation_resolved' } });
});
