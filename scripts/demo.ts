// npm run demo: Baton at work, from posted batches to an agent's and a contact's screen, on a database of its own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repertoire } from './demo/dialogues.ts';
import { readExamples } from './demo/examples.ts';
import { type Options, readOptions, type System, USAGE, UsageError } from './demo/options.ts';
import { readOwnDialogues } from './demo/own-dialogues.ts';
import { playExamples, playOwn } from './demo/play.ts';
import { openStage, type Stage } from './demo/stage.ts';
import type { Summary } from './demo/summary.ts';
import { View } from './demo/view.ts';
import { Ending, Interrupted, messageOf } from './start/ending.ts';
import { repository } from './start/server-process.ts';

const READING_PAUSE_MS = 1200;
const INTERRUPTED = 130;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const view = new View(options.json ? process.stderr : process.stdout);
  const ending = new Ending();
  try {
    const summary = await Promise.race([play(options, view, ending), ending.interrupted]);
    if (options.json) console.log(JSON.stringify(summary));
    return summary.ok ? 0 : 1;
  } catch (error) {
    return told(error, options);
  } finally {
    await ending.run();
  }
}

async function play({ file, systems }: Options, view: View, ending: Ending): Promise<Summary> {
  const playOn = file === null ? examples(view, systems) : own(file, view);
  const stage = await openStage(ending, systems, (line) => view.note(line));
  return Promise.race([playOn(stage), ...stage.guards]);
}

function examples(view: View, systems: readonly System[]): (stage: Stage) => Promise<Summary> {
  const text = readFileSync(join(repository, 'examples/dialogues.jsonl'), 'utf8');
  const pauseMs = process.stdout.isTTY ? READING_PAUSE_MS : 0;
  return (stage) => playExamples(stage, view, readExamples(text, stage.kernel.clock()), systems, pauseMs);
}

/** Reads at once: a file that is not there is told before servers are started for it. */
function own(file: string, view: View): (stage: Stage) => Promise<Summary> {
  const text = readFileSync(file, 'utf8');
  if (text.trim() === '') throw new Error(`${file} is empty.`);
  return (stage) => {
    const repertoire = readOwnDialogues(text, stage.kernel.clock());
    tellFindings(view, repertoire);
    return playOwn(stage, view, repertoire);
  };
}

function tellFindings(view: View, { unusable, notices }: Repertoire): void {
  for (const { line, why } of unusable) view.warn(`Line ${line} is left out: ${why}.`);
  for (const notice of notices) view.warn(notice);
}

/** @returns the exit code. */
function told(error: unknown, { json }: Options): number {
  console.error(error instanceof Interrupted ? `\nStopping (${error.message}) …` : messageOf(error));
  if (json) console.log(JSON.stringify({ ok: false, error: messageOf(error) }));
  return error instanceof Interrupted ? INTERRUPTED : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(messageOf(error));
    if (error instanceof UsageError) console.error(`\n${USAGE}`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
