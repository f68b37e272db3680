// When dialogues were held that do not say so. Laws: the present and the seed come in; the same input gives the same times.
import { createHash } from 'node:crypto';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SHORTEST_PAUSE_S = 4;
const LONGEST_PAUSE_S = 180;

/** Pauses before each turn, in milliseconds: seconds to minutes, and for the same seed the same. The first is 0. */
export function seededPauses(seed: string, count: number): number[] {
  const chance = chanceFrom(createHash('sha256').update(seed).digest().readUInt32LE(0));
  // Squared: most people answer soon, some take their time.
  const pause = () => Math.round(SHORTEST_PAUSE_S + chance() ** 2 * (LONGEST_PAUSE_S - SHORTEST_PAUSE_S)) * 1000;
  return Array.from({ length: count }, (_, index) => (index === 0 ? 0 : pause()));
}

/**
 * When the last turn was: 1-8 minutes ago where the contact waits for an answer, so that the dialogue is live; else 2 hours to 3 days ago.
 * @param index of the dialogue: not all end at the same time.
 */
export function endOf(index: number, waits: boolean, now: Date): number {
  if (waits) return now.getTime() - MINUTE_MS - ((index * 47_000) % (7 * MINUTE_MS));
  return now.getTime() - 2 * HOUR_MS - ((index * 37 * MINUTE_MS) % (70 * HOUR_MS));
}

/**
 * A time for every turn.
 * @param given milliseconds, null where the turn does not say.
 * @param pauses before each turn, as many.
 * @param end when the last turn was, if no turn says when it was.
 * @param now no time that is filled in lies after it, unless a given one before it does.
 */
export function fillTimes(
  given: readonly (number | null)[],
  pauses: readonly number[],
  end: number,
  now: Date,
): number[] {
  const times = [...given];
  const anchor = given.findIndex((time) => time !== null);
  if (anchor < 0) times[times.length - 1] = end;
  for (let index = (anchor < 0 ? times.length - 1 : anchor) - 1; index >= 0; index -= 1)
    times[index] = (times[index + 1] ?? end) - (pauses[index + 1] ?? 0);
  for (let index = 1; index < times.length; index += 1)
    times[index] ??= between(times[index - 1] ?? end, pauses[index] ?? 0, nextGiven(given, index) ?? now.getTime());
  return times.map((time) => time ?? end);
}

/** After the turn before, and before the next one whose time is known. */
function between(previous: number, pause: number, limit: number): number {
  return Math.max(previous + 1, Math.min(previous + pause, limit - 1));
}

function nextGiven(given: readonly (number | null)[], from: number): number | null {
  return given.slice(from).find((time) => time !== null) ?? null;
}

/** mulberry32, by Tommy Ettinger (public domain): small, and the same on every machine. @returns numbers from 0 to 1, without 1. */
function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
