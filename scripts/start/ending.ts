// The end of a command that starts other programs: whatever was started is stopped, in the reverse order, once, however the
// command ends: done, failed, Ctrl-C, or told to stop by its supervisor.

/** A hang-up counts only where there is a terminal to hang up: nohup has it ignored, and listening would undo that. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', ...(process.stdin.isTTY ? ['SIGHUP' as const] : [])];
const PARENT_LOOK_MS = 1000;

/** Somebody asked the command to stop; nothing has gone wrong. */
export class Interrupted extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Interrupted';
  }
}

export class Ending {
  readonly #undo: (() => Promise<unknown>)[] = [];
  /** Rejects with Interrupted when the command is asked to stop; a second signal ends it at once. */
  readonly interrupted: Promise<never>;

  constructor() {
    this.interrupted = new Promise((_resolve, reject) => {
      for (const signal of SIGNALS) process.once(signal, () => reject(new Interrupted(signal)));
      // Whoever reads what is printed has gone away, as `| head` does.
      for (const output of [process.stdout, process.stderr])
        output.on('error', () => reject(new Interrupted('nobody reads the output any more')));
      if (process.env.npm_lifecycle_event) whenParentEnds(() => reject(new Interrupted('npm has ended')));
    });
    this.interrupted.catch(() => undefined);
  }

  /** Remembers how to undo what is begun now. */
  add(undo: () => Promise<unknown>): void {
    this.#undo.push(undo);
  }

  /** Undoes everything, the last first. What can not be undone is told, and does not keep the rest from it. */
  async run(): Promise<void> {
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) {
      await undo().catch((error: unknown) => console.error(`While stopping: ${messageOf(error)}`));
    }
  }
}

/** The shell between npm and this process hands no signal on: it ends with npm, and that can be seen. */
function whenParentEnds(then: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) then();
  }, PARENT_LOOK_MS).unref();
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
