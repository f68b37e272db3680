// A question to a language model: what it is told, what it is told it of, and what is made of its answer.
import type { ZodObject } from 'zod';

export type Question<T> = {
  readonly name: string;
  /** Ours alone: no word of a stranger stands in it. It holds the word "json", without which some servers refuse to write any. */
  readonly instruction: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Of the answer, as servers enforce it that know schemas. */
  readonly shape: ZodObject;
  /** null: it is no answer to this question. */
  readonly read: (answer: unknown) => T | null;
};
