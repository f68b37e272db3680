// How many may work side by side: first come, first served. Who gives up waiting leaves the row.
import { OutsideFailure } from '../../outside-failure.ts';

export type Seats = {
  /** Waits for a seat. @returns what gives it back. @throws OutsideFailure `aborted` */
  readonly take: (signal: AbortSignal) => Promise<() => void>;
};

export function makeSeats(count: number): Seats {
  let free = count;
  const waiting = new Set<() => void>();
  const release = () => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };
  const wait = (signal: AbortSignal) =>
    new Promise<() => void>((resolve, reject) => {
      const sit = () => {
        waiting.delete(sit);
        signal.removeEventListener('abort', leave);
        resolve(release);
      };
      const leave = () => {
        waiting.delete(sit);
        reject(givenUp());
      };
      waiting.add(sit);
      signal.addEventListener('abort', leave, { once: true });
    });
  return {
    take: async (signal) => {
      if (signal.aborted) throw givenUp();
      if (free === 0) return wait(signal);
      free -= 1;
      return release;
    },
  };
}

export function givenUp(): OutsideFailure {
  return new OutsideFailure('retryable', 'aborted', 'The work was given up before the picture was made.');
}
