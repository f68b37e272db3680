// A channel of an account as callers see it: its settings, which of its secrets are set, and the address that the platform calls.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { Endpoint } from '../domain/endpoints/endpoint.ts';
import { ChatwootSettings, WecomSettings } from '../domain/endpoints/endpoint-settings.ts';
import type { Channel } from '../domain/endpoints/kinds.ts';
import { CHANNEL_SECRETS, secretsOf, settingsOf } from '../domain/endpoints/set-channel.ts';
import { linkToHook } from '../public-link.ts';
import { CircuitView, viewCircuits } from './endpoint-view.ts';
import { Id, Time } from './shapes.ts';

function viewFor<C extends Channel, S extends z.ZodType>(channel: C, settings: S, secrets: readonly string[]) {
  return z.object({
    id: Id,
    accountId: Id,
    channel: z.literal(channel),
    name: z.string(),
    url: z.string(),
    settings,
    secrets: z.object(Object.fromEntries(secrets.map((name) => [name, z.boolean()]))).meta({
      description: 'Which of them are set.',
    }),
    hook: z.string().meta({ description: 'The address to register there.' }),
    enabled: z.boolean(),
    reason: z.string().nullable().meta({ description: 'Why it is disabled.' }),
    circuit: CircuitView,
    createdAt: Time,
    updatedAt: Time,
  });
}

export function secretNames(channel: Channel): string[] {
  return Object.keys(CHANNEL_SECRETS[channel].shape);
}

export const ChatwootView = viewFor('chatwoot', ChatwootSettings, secretNames('chatwoot')).meta({ id: 'Chatwoot' });
export const WecomView = viewFor('wecom', WecomSettings, secretNames('wecom')).meta({ id: 'Wecom' });
export const ChannelView = z.discriminatedUnion('channel', [ChatwootView, WecomView]).meta({ id: 'Channel' });

export async function viewChannel(em: EntityManager, endpoint: Endpoint, now: Date, config: Config) {
  const { id, accountId, channel, name, url, state, reason, createdAt, updatedAt } = endpoint;
  if (channel === null) throw new Error(`the endpoint ${id} is no channel`);
  const circuitOf = await viewCircuits(em, [id], now);
  return {
    ...{ id, accountId, channel, name, url },
    settings: settingsOf(endpoint, channel),
    secrets: whichAreSet(secretsOf(endpoint, channel, config.BATON_SECRET)),
    hook: linkToHook(config, channel, accountId),
    enabled: state === 'enabled',
    reason,
    circuit: circuitOf(id),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function whichAreSet(secrets: Readonly<Record<string, string | null>>): Record<string, boolean> {
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, value !== null]));
}
