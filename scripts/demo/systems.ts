// The last live part: a scene in each system outside that the demo was asked for.
import { type Tally, total } from './batches.ts';
import type { Cast } from './cast.ts';
import { playChatwoot } from './chatwoot.ts';
import type { Played } from './elsewhere.ts';
import type { System } from './options.ts';
import type { Place } from './outside.ts';
import type { AgentSeat } from './seats.ts';
import type { Stage } from './stage.ts';
import type { Messages } from './summary.ts';
import type { View } from './view.ts';
import { playWecom } from './wecom.ts';

/** @returns what was said in each of them. */
export async function playSystems(
  { api, kernel, outside: { chatwoot, wecom } }: Stage,
  view: View,
  { accounts }: Cast,
  agent: AgentSeat,
  pauseMs: number,
): Promise<{ readonly messages: Messages; readonly tally: Tally }> {
  const common = { api, kernel, view, pauseMs, agent, told: new Map<string, number>() };
  const accountOf = (system: System) => accounts.get(system) ?? '';
  const shop =
    chatwoot && (await withRobot(chatwoot, playChatwoot({ ...common, ...chatwoot, account: accountOf('chatwoot') })));
  const office = wecom && (await withRobot(wecom, playWecom({ ...common, ...wecom, account: accountOf('wecom') })));
  return {
    messages: {
      ...(shop && { chatwootMessages: shop.messages }),
      ...(office && { wecomMessages: office.messages }),
    },
    tally: total([shop, office].flatMap((played) => played?.tally ?? [])),
  };
}

/** A robot that fails is told as what it is, not as an answer that did not come. */
function withRobot({ robot }: Place<unknown>, scene: Promise<Played>): Promise<Played> {
  return Promise.race([scene, robot.failed]);
}
