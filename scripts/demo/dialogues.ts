// What the demo plays: dialogues as batches want them, whether they come from the examples or from a file of the user's.
import { createHash } from 'node:crypto';

/** A message of a batch, without its account. Spoiled ones lack, or get wrong, what a good one has. */
export type Message = Readonly<Record<string, unknown>>;

export type Contact = { readonly id: string; readonly name?: string | undefined; readonly [field: string]: unknown };

export type Dialogue = {
  readonly id: string;
  /** The external id of the account. */
  readonly account: string;
  readonly contact: Contact;
  readonly messages: readonly Message[];
  /** Messages that a nervous upstream posts a second time. */
  readonly copies: readonly Message[];
  /** The contact had the last word, a few minutes ago. */
  readonly waits: boolean;
};

export type Unusable = { readonly line: number; readonly why: string };
export type Repertoire = {
  readonly dialogues: readonly Dialogue[];
  /** Lines that are no dialogue. */
  readonly unusable: readonly Unusable[];
  /** What the user may want to know about the others. */
  readonly notices: readonly string[];
};

const ID_LENGTH = 128;

/** Lines with something in them, numbered from 1. */
export function linesOf(text: string): { line: number; text: string }[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((each, index) => ({ line: index + 1, text: each }))
    .filter((each) => each.text.trim() !== '');
}

/**
 * An id that Baton accepts (at most 128 characters, no control characters, no space at the ends), with room for a suffix. One that must
 * be changed for that gets a fingerprint, so that different ids stay different.
 */
export function externalId(id: string, suffix = ''): string {
  const clean = id
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim();
  if (clean === id && id.length + suffix.length <= ID_LENGTH) return `${id}${suffix}`;
  const ending = `~${createHash('sha256').update(id).digest('hex').slice(0, 8)}${suffix}`;
  return `${clean
    .slice(0, ID_LENGTH - ending.length)
    .toWellFormed()
    .trimEnd()}${ending}`;
}
