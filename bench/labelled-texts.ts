// Labelled texts to hold the rules against: the datasets beside the repository (BENCH_DATASETS names another folder), or our own set.
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { TEXTS } from '../test/domain/messages/understanding-texts.ts';

export type LabelledText = { readonly label: string; readonly text: string };

const FOLDER = process.env.BENCH_DATASETS ?? new URL('../../shared/datasets', import.meta.url).pathname;

/** @returns null where the file is not there. */
export function readRequests(name: 'bitext-half' | 'banking77-train'): LabelledText[] | null {
  const Line = z.object({ intent: z.string(), text: z.string() });
  return (
    readLines(name)?.map((line) => {
      const { intent, text } = Line.parse(line);
      return { label: intent, text };
    }) ?? null
  );
}

/** The customers' turns of all dialogues, without labels. */
export function readCustomerTurns(name: 'crosswoz-val'): LabelledText[] | null {
  const Line = z.object({ turns: z.array(z.object({ role: z.string(), text: z.string() })) });
  const turns = readLines(name)?.flatMap((line) => Line.parse(line).turns) ?? null;
  return turns?.filter(({ role }) => role === 'customer').map(({ text }) => ({ label: 'all', text })) ?? null;
}

/** A text with several intents bears them all, joined by `+`. */
export function ownTexts(): LabelledText[] {
  return TEXTS.map(({ text, intents }) => ({ label: intents.join('+') || 'none', text }));
}

function readLines(name: string): unknown[] | null {
  const path = `${FOLDER}/${name}.jsonl`;
  if (!existsSync(path)) return null;
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}
