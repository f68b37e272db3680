// Reads a file of the user's: JSON lines `{id, turns: [{role, text, at?}]}`. Whatever a turn holds is posted as it is, for Baton to
// judge; only a line in which no dialogue can be found is turned away here, with its number.

import { plain } from '../start/columns.ts';
import { type Contact, type Dialogue, externalId, linesOf, type Message, type Repertoire } from './dialogues.ts';
import { endOf, fillTimes, seededPauses } from './times.ts';

export const OWN_ACCOUNT = 'demo';

const CONTACT_ROLES = ['customer', 'contact', 'shop'];
const KNOWN_SENDERS = new Map([
  ...CONTACT_ROLES.map((role): [string, string] => [role, 'contact']),
  ['robot', 'robot'],
  ['agent', 'human'],
  ['human', 'human'],
  ['system', 'system'],
]);
const NAME_LENGTH = 120;

export function readOwnDialogues(text: string, now: Date): Repertoire {
  const dialogues: Dialogue[] = [];
  const unusable: Repertoire['unusable'][number][] = [];
  const notices: string[] = [];
  const lineOf = new Map<string, number>();
  for (const { line, text: words } of linesOf(text)) {
    const found = dialogueIn(words);
    if (typeof found === 'string') {
      unusable.push({ line, why: found });
      continue;
    }
    const first = lineOf.get(found.id);
    if (first !== undefined)
      notices.push(`Line ${line} has the same id as line ${first} (${found.id}): its turns will count as duplicates.`);
    lineOf.set(found.id, first ?? line);
    dialogues.push(dialogueOf(found, dialogues.length, now));
  }
  return { dialogues, unusable, notices };
}

type Found = { readonly id: string; readonly turns: readonly unknown[] };

/** @returns what is wrong, in words, where there is no dialogue. */
function dialogueIn(words: string): Found | string {
  const value = parse(words);
  if (value === undefined) return 'it is not JSON';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object';
  const id: unknown = Reflect.get(value, 'id');
  const turns: unknown = Reflect.get(value, 'turns');
  if ((typeof id !== 'string' || id.trim() === '') && typeof id !== 'number') return '"id" is missing, or no text';
  if (!Array.isArray(turns)) return '"turns" is missing, or no list';
  if (turns.length === 0) return '"turns" is empty';
  return { id: String(id), turns };
}

function parse(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    return undefined;
  }
}

type Turn = { readonly role: unknown; readonly text: unknown; readonly at: unknown };

function dialogueOf({ id, turns: raw }: Found, index: number, now: Date): Dialogue {
  const turns = raw.map(turnIn);
  const first = roleOf(turns[0]);
  const senders = turns.map((turn) => senderOf(turn, first));
  const waits = senders.at(-1) === 'contact';
  const given = turns.map(({ at }) => instantOf(at));
  const times = fillTimes(given, seededPauses(id, turns.length), endOf(index, waits, now), now);
  // The desk shows a name; an id of theirs is what the user knows the dialogue by.
  const contact: Contact = { id: externalId(id), name: plain(id).slice(0, NAME_LENGTH) };
  const messages = turns.map((turn, at): Message => {
    const sentAt =
      instantOf(turn.at) === null && turn.at !== undefined ? turn.at : new Date(times[at] ?? 0).toISOString();
    return {
      id: externalId(id, `-${at}`),
      contact,
      sender: senders[at],
      ...authorOf(turn),
      content: turn.text,
      sentAt,
    };
  });
  return { id, account: OWN_ACCOUNT, contact, messages, copies: [], waits };
}

function turnIn(raw: unknown): Turn {
  const turn = typeof raw === 'object' && raw !== null ? raw : {};
  const at: unknown = Reflect.get(turn, 'at');
  return { role: Reflect.get(turn, 'role'), text: Reflect.get(turn, 'text'), at: at === null ? undefined : at };
}

function roleOf(turn: Turn | undefined): string | null {
  return typeof turn?.role === 'string' ? turn.role.trim().toLowerCase() : null;
}

/** A role that is no text is posted as it is. */
function senderOf(turn: Turn, first: string | null): unknown {
  const role = roleOf(turn);
  if (role === null) return turn.role;
  return KNOWN_SENDERS.get(role) ?? (role === first ? 'contact' : 'human');
}

/** Whoever goes by a name of their own is shown by it. */
function authorOf(turn: Turn): Message {
  const role = roleOf(turn);
  if (role === null || role === '' || KNOWN_SENDERS.has(role) || role.length > NAME_LENGTH) return {};
  return { senderName: String(turn.role).trim() };
}

/** Milliseconds; null for what is no time, which Baton will say. */
function instantOf(at: unknown): number | null {
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
