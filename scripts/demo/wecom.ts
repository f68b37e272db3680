// An employee in WeCom: a robot answers, one of our agents comes when a person is asked for, a colleague is asked in by a card and, away
// again, gets a notice. A local protocol server takes WeCom's place.
import { z } from 'zod';
import type { WecomServer } from '../../test/support/outside/wecom-server.ts';
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

const EMPLOYEE = 'ZhangSan';
const COLLEAGUE = { externalId: 'LiSi', name: '李四' };
const QUESTION = '打印机坏了';
const ANSWER = '请重启打印机。';
/** 人 is mistyped as 仁. */
const WISH = '没用，转仁工';
/** Pages of the company's own, which are not opened here. */
const PAGES = {
  join: 'https://desk.example.com/join?invitation={invitation}&conversation={conversation}',
  conversation: 'https://desk.example.com/c/{conversation}',
};

type Office = Elsewhere<WecomServer>;
/** The agent's side of the conversation. */
type Served = { readonly turn: Turn; readonly person: { readonly token: string; readonly sessionId: string } };

export async function playWecom(office: Office): Promise<Played> {
  await connect(office);
  const turn = await ask(office);
  const served = await askForPerson(office, turn);
  await askColleague(office, served);
  await callBack(office, served);
  await resolve(office, served);
  const texts = [QUESTION, WISH, ...textsTo(office.server, EMPLOYEE)];
  await tellSame(office, turn, texts);
  return { messages: texts.length, tally: total([tallyOfHooks(2), turn.talk.tally]) };
}

const Channel = z.object({ hook: z.string() });

async function connect({ api, view, pauseMs, account, server, robot }: Office): Promise<void> {
  await step(view, pauseMs, 'An account is connected to WeCom (a local protocol server), and a robot by a webhook.');
  const { url, corpId, agentId, secret, token, aesKey } = server;
  const settings = { corpId, agentId, pages: PAGES };
  const wanted = { url, settings, secrets: { secret, token, aesKey } };
  const { hook } = await api.must(Channel, 'PUT', `/v1/accounts/${account}/channels/wecom`, wanted);
  server.hookTo(hook);
  const { status, body, expected } = await server.tryUrl();
  if (body !== expected) throw new Error(`the callback was not proved: ${status} ${body}`);
  await robot.connect(api, account, { [QUESTION]: ANSWER });
  view.fact('there', `${url}, in WeCom’s place: none is called; it has tried ${hook}`);
  view.fact('robot', `http://${robot.host}, told by POST /v1/webhooks`);
}

async function ask(office: Office): Promise<Turn> {
  const { view, pauseMs, server } = office;
  await step(view, pauseMs, `张三, an employee, writes in WeCom: “${QUESTION}” The robot is told, and answers there.`);
  const [answer] = await server.employeeWrites(EMPLOYEE, QUESTION);
  view.fact('hook', `answered ${answer?.status} within ${Math.ceil(answer?.milliseconds ?? 0)} ms`);
  const turn = await firstTurn(office);
  await there(() => textsTo(server, EMPLOYEE).includes(ANSWER), 'the answer did not arrive');
  tellShown(office, EMPLOYEE, titlesTo(server, EMPLOYEE));
  await tellStanding(office, turn, 'ai_handling');
  return turn;
}

const Accepted = z.object({ sessionId: z.string() });

async function askForPerson(office: Office, turn: Turn): Promise<Served> {
  const { api, kernel, view, pauseMs, agent, server } = office;
  await step(view, pauseMs, `张三 asks for a person, with a typo: “${WISH}” ${agent.name} accepts, and replies.`);
  await server.employeeWrites(EMPLOYEE, WISH);
  const { conversationId } = turn;
  await understood(office, turn, 'wants_person');
  const Queued = z.object({ conversationId: z.literal(conversationId), to: z.literal('queued') });
  await pushed(agent.watcher, 'conversation.status_changed', Queued);
  const path = `/v1/conversations/${conversationId}/accept`;
  const { sessionId } = await api.must(Accepted, 'POST', path, undefined, agent.token);
  const person = { token: agent.token, sessionId };
  await turn.talk.say(person, '我来看看。');
  view.fact('refused', `the robot’s next word: ${await turn.talk.sayInVain(turn.speaker, '还有别的问题吗？')}`);
  await settled(kernel, server);
  tellShown(office, EMPLOYEE, titlesTo(server, EMPLOYEE));
  await tellStanding(office, turn, 'serving');
  return { turn, person };
}

const Invited = z.object({ participant: z.object({ id: z.string() }) });

/** The card holds a link with a sealed invitation, which is used as the colleague's browser would. */
async function askColleague(office: Office, { turn, person }: Served): Promise<void> {
  const { api, kernel, view, pauseMs, agent, server } = office;
  await step(view, pauseMs, `${agent.name} asks ${COLLEAGUE.name} in by a card, who joins by its link.`);
  const path = `/v1/conversations/${turn.conversationId}/participants`;
  const wanted = { ...COLLEAGUE, kind: 'employee', historyMode: 'recent10' };
  const { participant } = await api.must(Invited, 'POST', path, wanted, person.token);
  const cardOf = () => server.cards.find(({ taskId }) => taskId === `invite-${participant.id}`);
  await there(() => cardOf() !== undefined, 'no card arrived');
  tellShown(office, COLLEAGUE.externalId, titlesTo(server, COLLEAGUE.externalId));
  const { card_action: action } = z.object({ card_action: z.object({ url: z.url() }) }).parse(cardOf()?.card);
  const invitation = new URL(action.url).searchParams.get('invitation');
  await api.must(z.unknown(), 'POST', `${path}/join`, { invitation }, null);
  await there(() => cardOf()?.replaced.has(COLLEAGUE.externalId) === true, 'the card was not changed');
  view.fact('card', `its button says now: ${cardOf()?.replaced.get(COLLEAGUE.externalId)}`);
  await settled(kernel, server);
}

async function callBack(office: Office, { turn, person }: Served): Promise<void> {
  const { kernel, view, pauseMs, agent, server } = office;
  await step(
    view,
    pauseMs,
    `${COLLEAGUE.name} is not connected when ${agent.name} writes: a notice calls them back, once.`,
  );
  await turn.talk.say(person, '李四，能帮忙吗？');
  await turn.talk.say(person, '请看一下三楼的打印机。');
  await settled(kernel, server);
  tellShown(office, COLLEAGUE.externalId, titlesTo(server, COLLEAGUE.externalId));
  const notices = titlesTo(server, COLLEAGUE.externalId).slice(1);
  if (notices.length !== 1) throw new Error(`${COLLEAGUE.name} got ${notices.length} notices`);
}

async function resolve(office: Office, { turn, person }: Served): Promise<void> {
  const { api, kernel, view, pauseMs, agent, server } = office;
  await step(view, pauseMs, `${agent.name} resolves it.`);
  await api.must(z.unknown(), 'POST', `/v1/conversations/${turn.conversationId}/resolve`, {}, person.token);
  const ofIt = z.object({ conversationId: z.literal(turn.conversationId) });
  await pushed(agent.watcher, 'conversation.resolved', ofIt);
  await settled(kernel, server);
  tellShown(office, EMPLOYEE, titlesTo(server, EMPLOYEE));
  await tellStanding(office, turn, 'resolved');
}

function textsTo(server: WecomServer, member: string): string[] {
  return shownTo(server, member).flatMap((content) => (typeof content === 'string' ? content : []));
}

const Card = z.union([
  z.object({ main_title: z.object({ title: z.string() }) }).transform(({ main_title: { title } }) => title),
  z.string(),
]);

/** Texts as they are, cards by their title. */
function titlesTo(server: WecomServer, member: string): string[] {
  return shownTo(server, member).map((content) => Card.parse(content));
}

function shownTo({ sent }: WecomServer, member: string): unknown[] {
  return sent.filter(({ userId, fate }) => userId === member && fate === 'shown').map(({ content }) => content);
}
