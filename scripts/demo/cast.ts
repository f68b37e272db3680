// Who takes part: the accounts, the agents, and the one agent through whose eyes the demo is watched.
import { z } from 'zod';
import type { Api } from './api.ts';
import type { Agents } from './examples.ts';
import type { System } from './options.ts';
import { OWN_ACCOUNT } from './own-dialogues.ts';

export type Cast = {
  /** Ids by external id. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly agent: { readonly id: string; readonly name: string };
};

type NewAccount = { readonly platform?: string; readonly name: string; readonly settings: object };

/** The account of the turns that are played live. */
export const BARGAIN_ACCOUNT = 'bargain-desk';

export const EXAMPLE_ACCOUNTS: Readonly<Record<string, NewAccount>> = {
  'shop-desk': { name: 'Shop desk', settings: { firstHandler: 'people', language: 'zh' } },
  'it-desk': { name: 'IT desk', settings: { firstHandler: 'people', language: 'en' } },
  'buying-desk': { name: 'Buying desk', settings: { firstHandler: 'robot', language: 'zh' } },
  // Here the robot hands on itself, with its advice: no rule does it before.
  [BARGAIN_ACCOUNT]: {
    name: 'Bargaining desk',
    settings: { language: 'en', routing: { mode: 'offer' }, understanding: { transfer: false } },
  },
};
const SYSTEM_ACCOUNTS: Readonly<Record<System, NewAccount>> = {
  chatwoot: { platform: 'chatwoot', name: '鞋店', settings: { firstHandler: 'robot', language: 'zh' } },
  wecom: { platform: 'wecom', name: 'IT 服务台', settings: { firstHandler: 'robot', language: 'zh' } },
};
export const OWN_ACCOUNTS: Readonly<Record<string, NewAccount>> = { [OWN_ACCOUNT]: { name: 'Demo', settings: {} } };
export const OWN_AGENTS: Agents = new Map([['Demo agent', new Set([OWN_ACCOUNT])]]);

/** One account for each, by the system’s name. */
export function accountsIn(systems: readonly System[]): Readonly<Record<string, NewAccount>> {
  return Object.fromEntries(systems.map((system) => [system, SYSTEM_ACCOUNTS[system]]));
}

const Made = z.object({ id: z.string() });

/** The first agent works for every account, is online and watches; the others are there, but off duty. */
export async function engage(api: Api, wanted: Readonly<Record<string, NewAccount>>, agents: Agents): Promise<Cast> {
  const accounts = new Map<string, string>();
  for (const [externalId, fields] of Object.entries(wanted)) {
    const made = await api.must(Made, 'POST', '/v1/accounts', { platform: 'web', externalId, ...fields });
    accounts.set(externalId, made.id);
  }
  const [[star] = ['Demo agent'], ...colleagues] = agents;
  const agent = await onDuty(api, star, [...accounts.values()]);
  for (const [name, own] of colleagues) {
    const ids = [...own].flatMap((each) => accounts.get(each) ?? []);
    await api.must(Made, 'POST', '/v1/agents', { externalId: name, name, accounts: ids });
  }
  return { accounts, agent };
}

/** An agent who is online. @param accounts ids. */
export async function onDuty(api: Api, name: string, accounts: readonly string[]): Promise<Cast['agent']> {
  const { id } = await api.must(Made, 'POST', '/v1/agents', { externalId: name, name, accounts });
  await api.must(z.unknown(), 'PUT', `/v1/agents/${id}/presence`, { availability: 'online' });
  return { id, name };
}

const Token = z.object({ token: z.string() });

export async function tokenFor(api: Api, type: 'agent' | 'contact', id: string): Promise<string> {
  return (await api.must(Token, 'POST', `/v1/${type}s/${id}/tokens`)).token;
}

const Party = z.object({ contact: z.object({ id: z.string() }), conversationId: z.string() });

/** Makes a contact known before their first message, so that they can be connected and watch. */
export async function introduce(
  api: Api,
  account: string,
  contact: object,
): Promise<{ contactId: string; conversationId: string }> {
  const party = await api.must(Party, 'POST', '/v1/contacts', { account, contact });
  return { contactId: party.contact.id, conversationId: party.conversationId };
}
