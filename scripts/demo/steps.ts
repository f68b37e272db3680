// What the live scenes have in common: they say what comes next, and wait for what is pushed.
import { z } from 'zod';
import { type Api, waitUntil } from './api.ts';
import type { Watcher } from './audience.ts';
import type { View } from './view.ts';

const HEARD_SECONDS = 15;

/** @param pauseMs gives people time to read. */
export async function step(view: View, pauseMs: number, sentence: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  view.chapter(sentence);
}

/** What the first event of this type whose data are of this shape tells; waits until it has been pushed. @throws when it does not come. */
export async function pushed<T>(watcher: Watcher, type: string, shape: z.ZodType<T>): Promise<T> {
  await waitUntil(() => found(watcher, type, shape) !== undefined, HEARD_SECONDS, `${type} was not pushed`);
  return shape.parse(found(watcher, type, shape));
}

/** The same, of what has been pushed so far. */
export function found<T>({ events }: Watcher, type: string, shape: z.ZodType<T>): T | undefined {
  const parsed = events.filter((event) => event.type === type).map(({ data }) => shape.safeParse(data));
  return parsed.find(({ success }) => success)?.data;
}

/** Until so many events of this type have come in this stream. */
export async function pushedTimes({ events }: Watcher, type: string, stream: string, count: number): Promise<void> {
  const seen = () => events.filter((event) => event.type === type && event.stream === stream).length;
  await waitUntil(() => seen() >= count, HEARD_SECONDS, `${type} was not pushed`);
}

const Head = z.object({ asOf: z.object({ stream: z.string(), seq: z.int() }) });

/** Until every watcher has been handed all that has happened in the conversation so far. @returns its stream. */
export async function allHeard(api: Api, conversationId: string, watchers: readonly Watcher[]): Promise<string> {
  const { asOf } = await api.must(Head, 'GET', `/v1/conversations/${conversationId}`);
  for (const watcher of watchers) await caughtUp(watcher, asOf.stream, asOf.seq);
  return asOf.stream;
}

/** Until the watcher has been handed everything of this stream up to this number. */
async function caughtUp({ client }: Watcher, stream: string, seq: number): Promise<void> {
  await waitUntil(
    () => (client.places[stream]?.seq ?? 0) >= seq,
    HEARD_SECONDS,
    `${stream} was not pushed up to ${seq}`,
  );
}
