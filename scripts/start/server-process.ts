// A process of Baton as a child of a command: its lines are handed on as they come, its end is told, and it is stopped gently first.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type ServerOptions = {
  readonly name: string;
  /** Its main.ts, from the repository's root. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Words for node itself. */
  readonly nodeWords?: readonly string[];
  /** Each line of its output, without the line's end. */
  readonly onLine: (line: string) => void;
};

/** Where this repository lies, whatever the working directory is. */
export const repository = join(import.meta.dirname, '../..');

/** A little longer than its own deadline, SHUTDOWN_SECONDS. */
const STOP_MS = 30_000;
const READY_LOOK_MS = 100;

export class ServerProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  /** Resolves with a sentence when the process has ended, for whatever reason. */
  readonly ended: Promise<string>;
  readonly #killWithUs = () => this.#kill();

  constructor({ name, file, env, nodeWords = [], onLine }: ServerOptions) {
    this.name = name;
    // A process group of its own: Ctrl-C reaches this command only, which then stops its children in order.
    this.#child = spawn(process.execPath, [...nodeWords, join(repository, file)], {
      cwd: repository,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`The ${name} could not be started: ${error.message}.`));
      this.#child.once('exit', (code, signal) => resolve(`The ${name} has ended (${signal ?? `exit code ${code}`}).`));
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream) createInterface({ input: stream }).on('line', onLine);
    process.once('exit', this.#killWithUs);
  }

  /** Rejects when the process ends. */
  async guard(): Promise<never> {
    throw new Error(await this.ended);
  }

  /** Until it says at this address that it can work. */
  async ready(url: string, seconds: number): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (!(await answersOk(url))) {
      if (Date.now() > end) throw new Error(`The ${this.name} was not ready within ${seconds} s (${url}).`);
      await new Promise((resolve) => setTimeout(resolve, READY_LOOK_MS));
    }
  }

  /** SIGTERM, and SIGKILL when that takes too long; returns when it has ended. */
  async stop(): Promise<void> {
    const late = setTimeout(() => this.#kill(), STOP_MS);
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
    await this.ended;
    clearTimeout(late);
    process.off('exit', this.#killWithUs);
  }

  /** The whole group: with --watch, node itself has a child. */
  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
