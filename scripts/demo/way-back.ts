// The way back: a person hands the work to a robot again, which falls silent, until its time is over.
import { z } from 'zod';
import { Bundle } from '../../src/domain/transfers/bundle.ts';
import { waitUntil } from './api.ts';
import { type Company, type Robot, tellBaton } from './company.ts';
import type { AgentSeat } from './seats.ts';
import { found, pushed, step } from './steps.ts';

const SILENCE_SECONDS = 1;
const CHECK_EVERY_MS = 250;
const TIMEOUT_SECONDS = 15;

const Returned = z.object({ sessionId: z.string(), transfer: z.object({ returnBundle: Bundle }) });

export async function handBack(
  company: Company,
  { name, token }: AgentSeat,
  transfer: { readonly id: string },
): Promise<Robot> {
  const { api, view, pauseMs, agent } = company;
  await step(view, pauseMs, `${name} hands back to the robot with a note; it gets a bundle of what happened.`);
  const note = 'Agreed: 0.94, two deliveries. Please send the order.';
  const back = await api.must(Returned, 'POST', `/v1/transfers/${transfer.id}/return`, { note }, token);
  const { messages, advice } = back.transfer.returnBundle;
  view.fact('bundle', `${messages.length} messages; the note: “${advice}”`);
  const Active = z.object({ sessionId: z.literal(back.sessionId), epoch: z.int() });
  const { epoch } = await pushed(agent.watcher, 'session.activated', Active);
  await pushed(agent.watcher, 'transfer.returned', z.object({ newSessionId: z.literal(back.sessionId) }));
  await tellBaton(company);
  return { sessionId: back.sessionId, epoch, robot: 'Bargainer' };
}

/** The deadline is set before the robot's last word, which moves it: it can not come before that word. */
export async function fallSilent(company: Company, robot: Robot): Promise<void> {
  const { api, view, pauseMs, agent, shop, talk } = company;
  await step(view, pauseMs, `The robot says its last word and hangs. This account now gives it ${SILENCE_SECONDS} s.`);
  const settings = { deadlines: { robotActive: SILENCE_SECONDS } };
  await api.must(z.unknown(), 'PATCH', `/v1/accounts/${shop.account}`, { settings });
  await talk.say(robot, 'The order is on its way to you.');
  const Over = z.object({ sessionId: z.literal(robot.sessionId), reason: z.string() });
  agent.watcher.follow(`session:${robot.sessionId}`);
  const checked = async () => {
    await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY_MS));
    if (found(agent.watcher, 'session.timed_out', Over)) return true;
    await api.must(z.unknown(), 'POST', '/v1/timeout-checks', {});
    return false;
  };
  await waitUntil(checked, TIMEOUT_SECONDS, 'the silent robot was not timed out');
  view.why(`${found(agent.watcher, 'session.timed_out', Over)?.reason}.`);
  await tellBaton(company);
}
