// A second person in a turn: a colleague who helps without holding it, and one who interrupts it with an emergency.
import { z } from 'zod';
import { type Company, type Person, tellBaton } from './company.ts';
import type { AgentSeat } from './seats.ts';
import { pushed, step } from './steps.ts';

const EMERGENCY = 'smoke in the warehouse of this order';

export async function callIn(company: Company, serving: AgentSeat, helper: AgentSeat, person: Person): Promise<void> {
  const { api, view, pauseMs, shop, talk } = company;
  await step(
    view,
    pauseMs,
    `${serving.name} calls in ${helper.name}, who joins and speaks; the session stays whose it is.`,
  );
  const path = `/v1/conversations/${shop.conversationId}/collaborators/${helper.id}`;
  await api.must(z.unknown(), 'POST', path, { reason: 'knows our stock' }, serving.token);
  await api.must(z.unknown(), 'POST', path, {}, helper.token);
  await talk.say({ ...person, token: helper.token }, 'We can take them in two deliveries, if that helps you.');
  await tellBaton(company);
}

export async function interrupt(company: Company, serving: AgentSeat, other: AgentSeat, person: Person): Promise<void> {
  const { api, view, pauseMs, agent, shop, talk } = company;
  await step(view, pauseMs, `${other.name} interrupts with an emergency, and must say why: ${EMERGENCY}.`);
  const wish = { account: shop.account, contact: shop.externalId, kind: 'manual_urgent', reason: EMERGENCY };
  const Opened = z.object({ session: z.object({ id: z.string() }) });
  const { session } = await api.must(Opened, 'POST', '/v1/sessions', wish, other.token);
  await pushed(agent.watcher, 'session.conflicted', z.object({ sessionId: z.literal(session.id) }));
  await talk.say(
    { token: other.token, sessionId: session.id },
    'There is smoke in our warehouse: please hold every delivery.',
  );
  await tellBaton(company);
  await step(view, pauseMs, `The emergency is over; ${serving.name} goes on, without anybody asking.`);
  await api.must(z.unknown(), 'POST', `/v1/sessions/${session.id}/complete`, { reason: 'false alarm' }, other.token);
  await talk.say(person, 'False alarm. 0.94 in two deliveries?');
  await talk.say({ token: shop.token }, 'Deal.');
  await tellBaton(company);
}
