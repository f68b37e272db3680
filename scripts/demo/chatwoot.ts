// A customer in Chatwoot: a robot answers, hands over to the people there when it is asked to, and what they answer and end there counts
// here. A local protocol server takes Chatwoot's place.
import { z } from 'zod';
import type { ChatwootServer, Written } from '../../test/support/outside/chatwoot-server.ts';
import { total } from './batches.ts';
import {
  type Elsewhere,
  firstTurn,
  type Played,
  tallyOfHooks,
  tellSame,
  tellShown,
  tellStanding,
  there,
  understood,
} from './elsewhere.ts';
import type { Turn } from './hook-robot.ts';
import { settled } from './settled.ts';
import { pushed, step } from './steps.ts';

const CUSTOMER = '王小姐';
const QUESTION = '这件有货吗？';
const ANSWER = '有的，今天可以发货。';
/** 人 is mistyped as 仁. */
const WISH = '很急，我要转仁工';
const LIN = 1;
const REPLY = '您好，我是林晓，马上帮您看。';
/** Question, wish and reply. */
const WRITTEN_THERE = 3;

type Shop = Elsewhere<ChatwootServer>;

export async function playChatwoot(shop: Shop): Promise<Played> {
  await connect(shop);
  const { server, view, pauseMs } = shop;
  await step(view, pauseMs, `${CUSTOMER} writes in Chatwoot: “${QUESTION}” The robot is told, and answers there.`);
  const written = server.contactWrites(CUSTOMER, QUESTION);
  const turn = await firstTurn(shop);
  await there(() => server.shownToContact(written.conversation).includes(ANSWER), 'the answer did not arrive');
  tellThere(shop, written);
  await tellStanding(shop, turn, 'ai_handling');
  await askForPerson(shop, written, turn);
  await answerThere(shop, written, turn);
  await resolveThere(shop, written, turn);
  const texts = textsIn(server, written);
  await tellSame(shop, turn, texts);
  return { messages: texts.length, tally: total([tallyOfHooks(WRITTEN_THERE), turn.talk.tally]) };
}

const Channel = z.object({ hook: z.string() });

async function connect({ api, view, pauseMs, account, server, robot }: Shop): Promise<void> {
  await step(view, pauseMs, 'An account is connected to Chatwoot (a local protocol server), and a robot by a webhook.');
  const { url, accountId, botId, botToken, userToken, webhookSecret } = server;
  const path = `/v1/accounts/${account}/channels/chatwoot`;
  const { hook } = await api.must(Channel, 'PUT', path, {
    url,
    settings: { account: accountId, bot: botId, team: 1, handoffLabel: 'handoff' },
    secrets: { botToken, userToken, webhookSecret },
  });
  server.hookTo(hook);
  await robot.connect(api, account, { [QUESTION]: ANSWER });
  view.fact('there', `${url}, in Chatwoot’s place: none is called; its webhooks go to ${hook}`);
  view.fact('robot', `http://${robot.host}, told by POST /v1/webhooks`);
}

async function askForPerson(shop: Shop, { conversation }: Written, turn: Turn): Promise<void> {
  const { view, pauseMs, kernel, server } = shop;
  await step(view, pauseMs, `${CUSTOMER} asks for a person, with a typo: “${WISH}” Chatwoot is told in order.`);
  const before = server.requests.length;
  server.contactWrites(CUSTOMER, WISH);
  await understood(shop, turn, 'wants_person');
  await there(() => server.conversation(conversation).status === 'open', 'it was not opened for people there');
  await settled(kernel, server);
  const changes = changesSince(server, before);
  for (const [index, change] of changes.entries()) view.fact(`${index + 1}`, change);
  if (!isHandoff(changes)) throw new Error('Chatwoot was not told in order');
  const note = server.messagesOf(conversation).find(({ isPrivate }) => isPrivate);
  for (const line of note?.content?.split('\n').filter(Boolean) ?? []) view.fact('note', line);
  await tellStanding(shop, turn, 'queued');
  view.fact('refused', `the robot’s next word: ${await turn.talk.sayInVain(turn.speaker, '还在吗？')}`);
}

/** What was changed there, in the order in which it was asked for. */
function changesSince({ requests }: ChatwootServer, from: number): string[] {
  return requests.slice(from).flatMap(({ method, path, body }) => {
    if (method === 'GET') return [];
    const { content, ...said } = z.record(z.string(), z.unknown()).parse(JSON.parse(body.toString() || '{}'));
    const call = path.split('/').at(-1) ?? '';
    if (call !== 'messages') return [`${call} ${JSON.stringify(said)}`];
    return [said.private === true ? 'a private note' : `a message: “${String(content)}”`];
  });
}

/** The note stands there, and labels, priority and team are right, before people get it. */
const HANDOFF = ['a private note', 'labels', 'toggle_priority', 'assignments', 'toggle_status'];

function isHandoff(changes: readonly string[]): boolean {
  const begin = changes.indexOf('a private note');
  return HANDOFF.every((wanted, index) => changes[begin + index]?.startsWith(wanted));
}

async function answerThere(shop: Shop, { conversation }: Written, turn: Turn): Promise<void> {
  const { view, pauseMs, kernel, agent, server, robot } = shop;
  await step(view, pauseMs, `林晓 answers in Chatwoot, and needs nothing of ours: the turn is theirs.`);
  server.agentWrites(conversation, LIN, REPLY);
  const ofPerson = z.object({ conversationId: z.literal(turn.conversationId), to: z.literal('serving') });
  await pushed(agent.watcher, 'conversation.status_changed', ofPerson);
  await settled(kernel, server);
  await tellStanding(shop, turn, 'serving');
  view.fact('heard', `by the robot, over its webhook: ${robot.heard().join(', ')}`);
}

async function resolveThere(shop: Shop, written: Written, turn: Turn): Promise<void> {
  const { view, pauseMs, kernel, agent, server } = shop;
  await step(view, pauseMs, '林晓 resolves it in Chatwoot; it is resolved here too.');
  server.agentSets(written.conversation, { status: 'resolved' });
  const ofIt = z.object({ conversationId: z.literal(turn.conversationId) });
  await pushed(agent.watcher, 'conversation.resolved', ofIt);
  await settled(kernel, server);
  tellThere(shop, written);
  await tellStanding(shop, turn, 'resolved');
}

function tellThere(shop: Shop, { conversation }: Written): void {
  const { view, server } = shop;
  const { status, assigneeId, teamId, labels, priority, customAttributes } = server.conversation(conversation);
  const rest = { assignee: assigneeId, team: teamId, labels, priority, ...customAttributes };
  view.fact('there', `${status}, ${JSON.stringify(rest)}`);
  tellShown(shop, CUSTOMER, server.shownToContact(conversation));
}

/** What both sides said there, without notes and activities. */
function textsIn(server: ChatwootServer, { conversation }: Written): string[] {
  const said = server
    .messagesOf(conversation)
    .filter(({ isPrivate, direction }) => !isPrivate && direction !== 'activity');
  return said.map(({ content }) => content ?? '');
}
