// Who plays the turns: the agent through whose eyes they are told, a colleague, and a shop that a robot of ours bargains with.
import type { Api } from './api.ts';
import { tellHolder } from './baton.ts';
import { BARGAIN_ACCOUNT, type Cast, onDuty } from './cast.ts';
import { type AgentSeat, type ContactSeat, seatColleague, seatContact } from './seats.ts';
import type { Stage } from './stage.ts';
import { type Speaker, Talk } from './talk.ts';
import type { View } from './view.ts';

export type Company = {
  readonly api: Api;
  readonly view: View;
  /** Sees the board and the conversation. */
  readonly agent: AgentSeat;
  readonly colleague: AgentSeat;
  readonly shop: ContactSeat & { readonly account: string; readonly externalId: string };
  readonly talk: Talk;
  /** Before each step, for people to read; milliseconds. */
  readonly pauseMs: number;
};

export type Robot = Required<Omit<Speaker, 'token'>>;
export type Person = Required<Pick<Speaker, 'token' | 'sessionId'>>;

const COLLEAGUE = 'Grace Lin';
const SHOP = { id: 'rivertown', kind: 'shop', name: 'Rivertown' };

export async function gather(
  stage: Stage,
  view: View,
  cast: Cast,
  agent: AgentSeat,
  pauseMs: number,
): Promise<Company> {
  view.chapter(`${COLLEAGUE}, a colleague, and ${SHOP.name}, a shop, connect and watch`);
  const { api } = stage;
  const account = cast.accounts.get(BARGAIN_ACCOUNT) ?? '';
  const colleague = await seatColleague(stage, view, await onDuty(api, COLLEAGUE, [account]));
  const seat = await seatContact(stage, view, cast, { id: SHOP.id, account: BARGAIN_ACCOUNT, contact: SHOP });
  const shop = { ...seat, account, externalId: SHOP.id };
  return { api, view, agent, colleague, shop, talk: new Talk(api, shop.conversationId), pauseMs };
}

/** At the end of a step: everybody has been handed what happened, and it is told who holds the baton now. */
export function tellBaton({ api, view, agent, shop }: Company): Promise<void> {
  return tellHolder(api, view, shop.conversationId, [agent.watcher, shop.watcher]);
}
