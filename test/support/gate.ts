// A second API server of a world whose acts can be held at a labelled point: the test decides what happens between two steps of an act.
import { afterAll } from 'vitest';
import type { ActPoint } from '../../src/act.ts';
import { startApi } from '../../src/api/server.ts';
import { type Kernel, openKernel } from '../../src/kernel.ts';
import { makeLog } from '../../src/log.ts';
import { until, type World } from './world.ts';

export class Gate {
  readonly kernel: Kernel;
  readonly url: string;
  readonly #state: State;

  private constructor(kernel: Kernel, url: string, state: State) {
    this.kernel = kernel;
    this.url = url;
    this.#state = state;
  }

  /** Opens the server, and ends it after the last test of the file. */
  static async open(world: World): Promise<Gate> {
    const state: State = { point: null, held: 0, opened: Promise.resolve(), open: () => {} };
    const kernel = await openKernel(world.config, makeLog('test', 'silent'), 'api', {
      onPoint: (point) => {
        if (point !== state.point) return;
        state.held += 1;
        return state.opened;
      },
    });
    const api = await startApi(kernel, true);
    afterAll(async () => {
      state.open();
      await api.stop();
      await kernel.close();
    });
    return new Gate(kernel, api.url, state);
  }

  /** From now on its acts stop at this point. */
  shut(point: ActPoint): void {
    const state = this.#state;
    state.point = point;
    state.held = 0;
    state.opened = new Promise((resolve) => {
      state.open = resolve;
    });
  }

  async isHolding(): Promise<void> {
    await until(() => this.#state.held > 0, 5, 'no act came to the gate');
  }

  release(): void {
    this.#state.point = null;
    this.#state.open();
  }
}

type State = { point: ActPoint | null; held: number; opened: Promise<void>; open: () => void };

/** Until one of the world's own transactions waits for a row. (The tables that list such are renewed too seldom to be asked.) */
export async function somebodyWaits(world: World): Promise<void> {
  const isWaiting = async () => {
    const [{ Status: status }] = await world.sql('show engine innodb status');
    const own = await world.sql('select id from information_schema.processlist where db = database()');
    const waiting = waitingThreads(status);
    return own.some((row) => waiting.has(Number(row.id ?? row.ID)));
  };
  await until(isWaiting, 5, 'nobody waits for a row');
}

function waitingThreads(status: string): Set<number> {
  const transactions = status.split('---TRANSACTION').filter((text) => text.includes('LOCK WAIT'));
  return new Set(transactions.flatMap((text) => Number(/thread id (\d+)/.exec(text)?.[1] ?? [])));
}
