// What came of a call outside is precious: while the database is away, it is kept in hand for half a minute.
import { setTimeout as pause } from 'node:timers/promises';
import { passingCause } from '../act.ts';

const PAUSE_MS = 500;
const TRIES = 60;

export async function untilWritten<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (passingCause(error) === null || tries === TRIES) throw error;
      await pause(PAUSE_MS);
    }
  }
}
