// The second live part: one conversation whose turns go from a robot to a person and back, through an offer that is declined, a
// colleague's help, an emergency and a silence. Each decision comes with the sentence that explains it.
import { z } from 'zod';
import type { Tally } from './batches.ts';
import { Handed, showBundle } from './baton.ts';
import { type Company, type Person, type Robot, tellBaton } from './company.ts';
import type { AgentSeat } from './seats.ts';
import { pushed, step } from './steps.ts';
import { callIn, interrupt } from './together.ts';
import { fallSilent, handBack } from './way-back.ts';

const TASK = {
  type: 'negotiation',
  id: 'order-4711',
  state: 'offer made',
  data: { item: 'cartons', count: 500, offer: 0.9 },
};

export async function playTurns(company: Company): Promise<Tally> {
  const robot = await bargain(company);
  const transfer = await askForPerson(company, robot);
  const { first, second, offer } = await offerAround(company, transfer);
  const person = await takeOver(company, second, offer, robot);
  await callIn(company, second, first, person);
  await interrupt(company, second, first, person);
  const successor = await handBack(company, second, transfer);
  await fallSilent(company, successor);
  return company.talk.tally;
}

const Opened = z.object({
  session: z.object({ id: z.string() }),
  epoch: z.int(),
  arbitration: z.object({ explanation: z.string() }),
});

async function bargain(company: Company): Promise<Robot> {
  const { api, view, pauseMs, agent, shop, talk } = company;
  await step(view, pauseMs, `Upstream asks for a robot that bargains with ${shop.name} over an order.`);
  const wish = { account: shop.account, contact: shop.externalId, taskType: 'negotiation', task: TASK };
  const opened = await api.must(Opened, 'POST', '/v1/sessions', wish);
  agent.watcher.follow(`conversation:${shop.conversationId}`);
  view.why(opened.arbitration.explanation);
  const robot = { sessionId: opened.session.id, epoch: opened.epoch, robot: 'Bargainer' };
  await talk.say(robot, '500 cartons at 0.90 each: could you do that?');
  await tellBaton(company);
  return robot;
}

async function askForPerson(company: Company, robot: Robot): Promise<z.output<typeof Handed>> {
  const { api, view, pauseMs, shop, talk } = company;
  await step(view, pauseMs, `${shop.name} asks for a person; the robot hands on, with a bundle for whoever comes.`);
  await talk.say({ token: shop.token }, 'This is a big order. I want to talk to a person.');
  const transfer = await api.must(Handed, 'POST', `/v1/sessions/${robot.sessionId}/transfers`, {
    reason: 'the shop asks for a person',
    cause: { rule: 'wants-person', words: ['talk to a person'] },
    urgency: 3,
    advice: 'Do not go above 0.95.',
  });
  showBundle(view, transfer.bundle);
  return transfer;
}

type Offer = { readonly assignmentId: string; readonly agentId: string };
type Offered = { readonly first: AgentSeat; readonly second: AgentSeat; readonly offer: string };

/** The law of routing says who is asked first; they decline, and the other one is asked. */
async function offerAround(company: Company, { toSessionId }: z.output<typeof Handed>): Promise<Offered> {
  const { api, view, pauseMs, agent, colleague } = company;
  const Asked = z.object({ sessionId: z.literal(toSessionId), agentId: z.string() });
  const { agentId } = await pushed(agent.watcher, 'assignment.offered', Asked);
  await tellBaton(company);
  const [first, second] = agentId === agent.id ? [agent, colleague] : [colleague, agent];
  const declined = await offerTo(first, toSessionId);
  await step(
    view,
    pauseMs,
    `It is offered to one agent at a time. ${first.name} declines, so ${second.name} is asked.`,
  );
  const reason = 'at lunch until one';
  await api.must(z.unknown(), 'POST', `/v1/assignments/${declined.assignmentId}/decline`, { reason }, first.token);
  const { assignmentId } = await offerTo(second, toSessionId);
  await tellBaton(company);
  return { first, second, offer: assignmentId };
}

function offerTo({ id, watcher }: AgentSeat, sessionId: string): Promise<Offer> {
  const shape = z.object({ sessionId: z.literal(sessionId), agentId: z.literal(id), assignmentId: z.string() });
  return pushed(watcher, 'assignment.offered', shape);
}

const Heard = z.object({ events: z.array(z.object({ type: z.string() })) });

async function takeOver(company: Company, { name, token }: AgentSeat, offer: string, robot: Robot): Promise<Person> {
  const { api, view, pauseMs, agent, talk } = company;
  await step(view, pauseMs, `${name} accepts: seat, floor and transfer change hands at once, and the robot is silent.`);
  const Taken = z.object({ sessionId: z.string() });
  const { sessionId } = await api.must(Taken, 'POST', `/v1/assignments/${offer}/accept`, undefined, token);
  await pushed(agent.watcher, 'transfer.accepted', z.object({ toSessionId: z.literal(sessionId) }));
  const person = { token, sessionId };
  await talk.say(person, 'Good day! I have read what you discussed. What would you need for 500?');
  await tellBaton(company);
  view.fact('refused', `the robot’s next word: ${await talk.sayInVain(robot, 'Then 0.92?')}`);
  const heard = await api.must(Heard, 'GET', `/v1/streams/session:${robot.sessionId}/events`);
  view.fact('heard', `by the robot, in the stream of its session: ${heard.events.map(({ type }) => type).join(', ')}`);
  return person;
}
