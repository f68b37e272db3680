// Real processes of Baton for tests that kill, stop and restart them: the API, the worker, or an entry of the tests' own. Each
// is started with a world's configuration and is gone when its test file is.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';
import type { Config } from '../../src/config.ts';

const ENTRIES = {
  api: 'src/api/main.ts',
  worker: 'src/workers/main.ts',
  'worker-with-fault': 'test/support/worker-with-fault.ts',
} as const;

export type Role = keyof typeof ENTRIES;
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type RunningProcess = {
  readonly url: string;
  /** Every line of its log; a test that fails may print them. */
  readonly lines: readonly string[];
  readonly exit: Promise<Exit>;
  readonly isRunning: () => boolean;
  readonly send: (signal: NodeJS.Signals) => void;
  /** SIGKILL; returns when the process is gone. */
  readonly kill: () => Promise<void>;
};

const started = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

/** Starts a process and returns when it listens. It is killed after the last test of the file, if it still runs. */
export async function startProcess(
  role: Role,
  config: Config,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningProcess> {
  const child = spawn(process.execPath, [ENTRIES[role]], {
    env: { PATH: process.env.PATH, ...environmentOf(config), LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  const lines: string[] = [];
  const exit = once(child, 'exit').then(([code, signal]): Exit => ({ code, signal }));
  void exit.then(() => started.delete(child));
  const url = await addressOf(child, lines);
  return {
    url,
    lines,
    exit,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    send: (signal) => void child.kill(signal),
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await Promise.all([...started].map((child) => once(child, 'exit')));
});

/** The way back from a checked configuration to the variables that it was read from. */
function environmentOf(config: Config): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, String(value)]));
}

/** Its first line with a `url` tells where it listens. */
function addressOf(child: ChildProcess, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        const url = /"url":"([^"]+)"/.exec(line)?.[1];
        if (url) resolve(url);
      });
    }
    child.once('exit', () => reject(new Error(`the process ended while it started:\n${lines.join('\n')}`)));
  });
}
