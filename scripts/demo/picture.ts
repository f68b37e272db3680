// The third live part: a picture of a customer, from their wish to the finished work in their mail, with one revision.
import { z } from 'zod';
import { mailLine } from '../start/mail-line.ts';
import { type Api, waitUntil } from './api.ts';
import type { Tally } from './batches.ts';
import type { Cast } from './cast.ts';
import { type AgentSeat, type ContactSeat, seatContact } from './seats.ts';
import type { Stage } from './stage.ts';
import { allHeard, found, pushed, step } from './steps.ts';
import { type Speaker, Talk } from './talk.ts';
import type { View } from './view.ts';

const ACCOUNT = 'shop-desk';
const CUSTOMER = { id: 'zh-picture-01', kind: 'customer', name: '王薇' };
const MAIL_SECONDS = 15;

type Studio = {
  readonly api: Api;
  readonly view: View;
  readonly pauseMs: number;
  readonly agent: AgentSeat;
  readonly customer: ContactSeat;
  readonly talk: Talk;
  readonly taskId: string;
};

export type Played = { readonly tally: Tally; readonly watcher: ContactSeat['watcher'] };

export async function playPicture(
  stage: Stage,
  view: View,
  cast: Cast,
  agent: AgentSeat,
  pauseMs: number,
): Promise<Played> {
  const { api, outside } = stage;
  await step(view, pauseMs, `${CUSTOMER.name}, a customer of the shop, connects; a robot is to look after them`);
  const customer = await seatContact(stage, view, cast, { id: CUSTOMER.id, account: ACCOUNT, contact: CUSTOMER });
  const account = cast.accounts.get(ACCOUNT) ?? '';
  const talk = new Talk(api, customer.conversationId);
  const robot = await callRobot(api, account);
  const image = `${outside.pictures.url}photo-blurred.jpg`;
  const taskId = await sendPicture({ api, view, pauseMs, customer, talk }, account, image);
  const studio = { api, view, pauseMs, agent, customer, talk, taskId };
  await tellPrice(studio, robot);
  await pay(studio);
  await revise(studio);
  await takeHome(studio, stage);
  return { tally: talk.tally, watcher: customer.watcher };
}

type Robot = Speaker & { readonly sessionId: string };

const Opened = z.object({ session: z.object({ id: z.string() }), epoch: z.int() });

async function callRobot(api: Api, account: string): Promise<Robot> {
  const wish = { account, contact: CUSTOMER.id, kind: 'auto_customer_service' };
  const { session, epoch } = await api.must(Opened, 'POST', '/v1/sessions', wish);
  return { sessionId: session.id, epoch, robot: '修图助手' };
}

const Task = z.object({ id: z.string(), operation: z.string(), requirements: z.object({ words: z.string() }) });

async function sendPicture(
  { api, view, pauseMs, customer, talk }: Omit<Studio, 'agent' | 'taskId'>,
  account: string,
  image: string,
): Promise<string> {
  await step(
    view,
    pauseMs,
    `${customer.name} says what they want, and sends a blurred picture; upstream makes it a task.`,
  );
  await talk.say({ token: customer.token }, '这张照片太模糊了，能变清晰吗？');
  await talk.show({ token: customer.token }, image);
  const task = await api.must(Task, 'POST', '/v1/image-tasks', { account, contact: CUSTOMER.id, image });
  view.fact('task', `${task.operation}, read from their words “${task.requirements.words}”`);
  return task.id;
}

const Heard = z.object({ events: z.array(z.object({ type: z.string() })) });

/** What the picture costs is advice for the robot, which says it in its own words. */
async function tellPrice({ api, view, pauseMs, agent, customer, talk, taskId }: Studio, robot: Robot): Promise<void> {
  const Quoted = z.object({ taskId: z.literal(taskId), from: z.number(), to: z.number() });
  const { from, to } = await pushed(agent.watcher, 'image_task.quoted', Quoted);
  const { events } = await api.must(Heard, 'GET', `/v1/streams/session:${robot.sessionId}/events`);
  const heard = events.filter(({ type }) => type === 'image_task.quoted').length;
  view.fact('heard', `by the robot, in the stream of its session: image_task.quoted, ${heard} time`);
  await step(view, pauseMs, 'The robot takes the advice and names the price.');
  await talk.say(robot, `可以的，变清晰大约 ${from}-${to} 元，付款后马上开始。`);
  await allHeard(api, customer.conversationId, [customer.watcher]);
}

async function pay(studio: Studio): Promise<void> {
  const { api, view, pauseMs, taskId } = studio;
  await step(
    view,
    pauseMs,
    `${studio.customer.name} pays: the work begins, and the result is measured before it is sent.`,
  );
  const order = { orderId: 'order-20260131', amount: 18, currency: 'CNY' };
  await api.must(z.unknown(), 'POST', `/v1/image-tasks/${taskId}/payment`, order);
  await showResult(studio, 1);
}

async function revise(studio: Studio): Promise<void> {
  const { api, view, pauseMs, agent, customer, talk, taskId } = studio;
  await step(view, pauseMs, `${customer.name} wants it otherwise: a revision; they are asked what to change.`);
  await talk.say({ token: customer.token }, '构图不太对，改一下');
  await pushed(agent.watcher, 'image_task.revision_requested', z.object({ taskId: z.literal(taskId) }));
  await allHeard(api, customer.conversationId, [customer.watcher]);
  await step(view, pauseMs, `${customer.name} says what to change: a remark, with which the work is done again.`);
  await talk.say({ token: customer.token }, '裁成正方形，比例 1:1');
  await showResult(studio, 2);
}

const Result = z.object({
  score: z.int(),
  result: z.object({ width: z.int(), height: z.int(), bytes: z.int() }),
  attempts: z.array(z.object({ step: z.string(), round: z.int(), maker: z.string(), detail: z.string().nullable() })),
});
const Sent = z.object({ content: z.object({ round: z.int(), url: z.url() }) });

/** Until the customer has been sent the result of this round, and can open it. */
async function showResult({ api, view, customer, taskId }: Studio, round: number): Promise<void> {
  const ofRound = z.object({ content: z.object({ round: z.literal(round) }) });
  await pushed(customer.watcher, 'message.created', ofRound);
  const { content } = Sent.parse(found(customer.watcher, 'message.created', ofRound.and(Sent)));
  const opened = await fetch(content.url);
  if (!opened.ok) throw new Error(`the customer can not open the picture: ${opened.status}`);
  const { score, result, attempts } = await api.must(Result, 'GET', `/v1/image-tasks/${taskId}`);
  const made = attempts.filter((each) => each.round === round && each.step === 'processing');
  const size = `${result.width}x${result.height}, ${Math.ceil(result.bytes / 1024)} KB`;
  view.fact('result', `round ${round}: ${size}; score ${score} of 100, made by ${made.at(-1)?.maker}`);
  for (const { detail } of made) if (detail) view.why(detail);
}

/** The address is written as people write it. */
async function takeHome(
  { api, view, pauseMs, agent, customer, talk, taskId }: Studio,
  { outside }: Stage,
): Promise<void> {
  await step(view, pauseMs, `${customer.name} is content and tells an address: the work is mailed, once.`);
  await talk.say({ token: customer.token }, '可以，发到我邮箱ｗａｎｇ．ｗｅｉ＠ｅｘａｍｐｌｅ．ｃｏｍ谢谢');
  await pushed(agent.watcher, 'image_task.completed', z.object({ taskId: z.literal(taskId) }));
  await allHeard(api, customer.conversationId, [customer.watcher]);
  const { mails } = outside.mailbox;
  await waitUntil(() => mails.length > 0, MAIL_SECONDS, 'no mail arrived');
  for (const mail of mails) view.fact('mail', mailLine(mail));
}
