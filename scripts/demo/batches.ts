// Posting the dialogues as an upstream does: in batches of about a hundred messages, which cut dialogues wherever a batch is full.
import { z } from 'zod';
import type { Api } from './api.ts';
import type { Dialogue, Message } from './dialogues.ts';

/** `pointer`: what of the batch was wrong. */
export type Refused = { readonly id: string | null; readonly pointer: string; readonly detail: string };
export type Tally = {
  readonly posted: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly refused: readonly Refused[];
  /** What went wrong, in sentences: messages that are neither stored, nor copies, nor refused. */
  readonly troubles: readonly string[];
};

const MESSAGES_A_BATCH = 100;
/** Characters of JSON; well below what Baton takes in one request, whatever bytes they are. */
const SIZE_OF_A_BATCH = 1_500_000;
const DONE_SECONDS = 300;

/** @param accounts ids by external id. A dialogue's repeated messages come once more right after it, often in the next batch. */
export function batchesOf(dialogues: readonly Dialogue[], accounts: ReadonlyMap<string, string>): Message[][] {
  const batches: Message[][] = [];
  let size = 0;
  for (const { account, messages, copies } of dialogues) {
    for (const each of [...messages, ...copies]) {
      const message = { account: accounts.get(account), ...each };
      const length = JSON.stringify(message).length;
      const last = batches.at(-1);
      const fits = last !== undefined && last.length < MESSAGES_A_BATCH && size + length <= SIZE_OF_A_BATCH;
      if (fits) last.push(message);
      else batches.push([message]);
      size = fits ? size + length : length;
    }
  }
  return batches;
}

const Problem = z.object({ detail: z.string() });
const Receipt = z.object({ id: z.string() });
const Job = z.object({ state: z.string(), result: z.unknown(), error: z.string().nullable() });
const Result = z.object({
  stored: z.int(),
  duplicates: z.int(),
  refused: z.array(z.object({ id: z.string().nullable(), pointer: z.string(), detail: z.string() })),
});

/** What Baton answers when it can not read a request, or finds it too large. */
const UNREADABLE = [400, 413];

/** A batch that was handed over: its job, or why all of it was refused at the door. */
export type Posted = { readonly messages: number; readonly job: string } | { readonly refused: readonly Refused[] };

/** Hands a batch over. One that is refused as a whole is halved until the message that spoils it stands alone. */
export async function postBatch(api: Api, messages: readonly Message[]): Promise<Posted[]> {
  const { status, body } = await api.call('POST', '/v1/batches', { messages });
  if (status < 400) return [{ messages: messages.length, job: Receipt.parse(body).id }];
  if (!UNREADABLE.includes(status)) throw new Error(`POST /v1/batches: ${status} ${JSON.stringify(body)}`);
  if (messages.length > 1) {
    const half = Math.ceil(messages.length / 2);
    return [...(await postBatch(api, messages.slice(0, half))), ...(await postBatch(api, messages.slice(half)))];
  }
  const { detail } = Problem.parse(body);
  return [{ refused: messages.map(({ id }) => ({ id: typeof id === 'string' ? id : null, pointer: '', detail })) }];
}

/** What became of a batch. */
export async function outcomeOf(api: Api, posted: Posted): Promise<Tally> {
  if ('refused' in posted) return tallyOfRefused(posted.refused);
  const { job } = posted;
  const nothing = { posted: posted.messages, stored: 0, duplicates: 0, refused: [], troubles: [] };
  const end = Date.now() + DONE_SECONDS * 1000;
  while (Date.now() < end) {
    const { state, result, error } = await api.must(Job, 'GET', `/v1/jobs/${job}`);
    if (state === 'done') return { ...nothing, ...Result.parse(result) };
    if (state === 'failed') return { ...nothing, troubles: [`The job ${job} failed: ${error}.`] };
  }
  return { ...nothing, troubles: [`The job ${job} was not done within ${DONE_SECONDS} s.`] };
}

export function tallyOfRefused(refused: readonly Refused[]): Tally {
  return { posted: refused.length, stored: 0, duplicates: 0, refused, troubles: [] };
}

export function total(tallies: readonly Tally[]): Tally {
  const sum = (count: (tally: Tally) => number) => tallies.reduce((so, tally) => so + count(tally), 0);
  return {
    posted: sum(({ posted }) => posted),
    stored: sum(({ stored }) => stored),
    duplicates: sum(({ duplicates }) => duplicates),
    refused: tallies.flatMap(({ refused }) => refused),
    troubles: tallies.flatMap(({ troubles }) => troubles),
  };
}
