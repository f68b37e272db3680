// Gives the agent and a contact their places: connected, each with a token of their own, following everything from its beginning.
import { waitUntil } from './api.ts';
import { Watcher } from './audience.ts';
import { type Cast, introduce, tokenFor } from './cast.ts';
import type { Dialogue } from './dialogues.ts';
import type { Stage } from './stage.ts';
import type { Sight, View } from './view.ts';

export type AgentSeat = Cast['agent'] & { readonly token: string; readonly watcher: Watcher };
export type ContactSeat = {
  readonly name: string;
  readonly token: string;
  readonly watcher: Watcher;
  readonly conversationId: string;
};

const CONNECT_SECONDS = 15;

/** Follows the boards of all accounts. */
export async function seatAgent(stage: Stage, view: View, { accounts, agent }: Cast): Promise<AgentSeat> {
  const streams = [`agent:${agent.id}`, ...[...accounts.values()].map((id) => `board:${id}`)];
  return seated(stage, view, 'agent', agent, streams);
}

/** Follows what concerns them alone: what is offered to them, and where they are called in. */
export function seatColleague(stage: Stage, view: View, agent: Cast['agent']): Promise<AgentSeat> {
  return seated(stage, view, 'colleague', agent, [`agent:${agent.id}`]);
}

async function seated(
  stage: Stage,
  view: View,
  sight: Sight,
  agent: Cast['agent'],
  streams: readonly string[],
): Promise<AgentSeat> {
  const watcher = await connected(stage, view, sight, 'agent', agent.id, streams);
  return { ...agent, token: await tokenFor(stage.api, 'agent', agent.id), watcher };
}

/** Follows the one conversation that is theirs. */
export async function seatContact(
  stage: Stage,
  view: View,
  cast: Cast,
  dialogue: Pick<Dialogue, 'id' | 'account' | 'contact'>,
): Promise<ContactSeat> {
  const { contactId, conversationId } = await introduce(
    stage.api,
    cast.accounts.get(dialogue.account) ?? '',
    dialogue.contact,
  );
  const streams = [`contact:${contactId}`, `conversation:${conversationId}`];
  const watcher = await connected(stage, view, 'contact', 'contact', contactId, streams);
  const token = await tokenFor(stage.api, 'contact', contactId);
  return { name: dialogue.contact.name ?? dialogue.id, token, watcher, conversationId };
}

async function connected(
  { api, kernel, ending }: Stage,
  view: View,
  sight: Sight,
  type: 'agent' | 'contact',
  id: string,
  streams: readonly string[],
): Promise<Watcher> {
  let isConnected = false;
  const options = {
    url: api.url,
    namespace: `/${type}` as const,
    token: () => tokenFor(api, type, id),
    // Boards come to every agent; shown is what this one follows.
    onEvent: (event: Parameters<View['tell']>[1]) => {
      if (watcher.streams.includes(event.stream)) view.tell(sight, event);
    },
    onState: (state: string) => {
      isConnected ||= state === 'connected';
    },
  };
  const watcher: Watcher = new Watcher(options, streams, kernel.epoch);
  ending.add(async () => watcher.client.close());
  await waitUntil(() => isConnected, CONNECT_SECONDS, `the ${type} could not connect to ${api.url}`);
  return watcher;
}
