// Reads examples/dialogues.jsonl (its README says what stands in a line): lays its pauses out before the present, repeats what
// is to be repeated and spoils what is to be spoiled.
import { z } from 'zod';
import { newId } from '../../src/domain/ids.ts';
import { CONTENT_LIMIT } from '../../src/domain/messages/incoming.ts';
import { type Dialogue, linesOf, type Message, type Repertoire } from './dialogues.ts';
import { endOf, fillTimes } from './times.ts';

const SENDER_OF = { contact: 'contact', robot: 'robot', agent: 'human', system: 'system' } as const;

const Turn = z.strictObject({
  role: z.enum(['contact', 'robot', 'agent', 'system']),
  text: z.string(),
  pause: z.int().min(0),
  name: z.string().optional(),
  repeat: z.boolean().optional(),
  bad: z.enum(['no-id', 'empty-content', 'no-time', 'unknown-sender', 'too-long', 'unknown-account']).optional(),
});
type Turn = z.output<typeof Turn>;

const Line = z.strictObject({
  id: z.string(),
  account: z.enum(['shop-desk', 'it-desk', 'buying-desk']),
  language: z.enum(['zh', 'en']),
  contact: z.looseObject({ name: z.string() }),
  turns: z.array(Turn).min(1),
});
type Line = z.output<typeof Line>;

/** Which agent speaks for which accounts. */
export type Agents = ReadonlyMap<string, ReadonlySet<string>>;

/** @throws when a line is not as it should be: the file is ours. */
export function readExamples(text: string, now: Date): Repertoire & { readonly agents: Agents } {
  const lines = linesOf(text).map((each) => Line.parse(JSON.parse(each.text)));
  const dialogues = lines.map((line, index) => dialogueOf(line, index, now));
  return { dialogues, unusable: [], notices: [], agents: agentsIn(lines) };
}

function dialogueOf({ id, account, contact, turns }: Line, index: number, now: Date): Dialogue {
  const waits = turns.at(-1)?.role === 'contact';
  const unknown = turns.map(() => null);
  const pauses = turns.map(({ pause }) => pause * 1000);
  const times = fillTimes(unknown, pauses, endOf(index, waits, now), now);
  const party = { id, ...contact };
  const posted = turns.map((turn, at) => ({ turn, message: messageOf(turn, `${id}-${at}`, party, times[at] ?? 0) }));
  return {
    id,
    account,
    contact: party,
    messages: posted.map(({ turn, message }) => spoil(message, turn)),
    copies: posted.flatMap(({ turn, message }) => (turn.repeat ? [message] : [])),
    waits,
  };
}

function messageOf({ role, text, name }: Turn, id: string, contact: object, at: number): Message {
  const type = role === 'system' ? { type: 'system' } : {};
  const author = name === undefined ? {} : { senderName: name };
  const sentAt = new Date(at).toISOString();
  return { id, contact, sender: SENDER_OF[role], ...author, ...type, content: text, sentAt };
}

function spoil(message: Message, { text, bad }: Turn): Message {
  if (bad === undefined) return message;
  const { id, sentAt, ...rest } = message;
  const spoiled: Record<typeof bad, Message> = {
    'no-id': { ...rest, sentAt },
    'no-time': { ...rest, id },
    'empty-content': { ...message, content: '' },
    'unknown-sender': { ...message, sender: 'passer-by' },
    'too-long': { ...message, content: text.padEnd(CONTENT_LIMIT + 1, text) },
    'unknown-account': { ...message, account: newId() },
  };
  return spoiled[bad];
}

function agentsIn(lines: readonly Line[]): Agents {
  const agents = new Map<string, Set<string>>();
  for (const { account, turns } of lines)
    for (const { name } of turns) {
      if (name === undefined) continue;
      agents.set(name, (agents.get(name) ?? new Set()).add(account));
    }
  return agents;
}
