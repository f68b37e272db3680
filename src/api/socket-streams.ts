// What a client may ask over its socket, each answered by acknowledgement: follow a stream, read on in one, show a new token.
// Who may is asked each time, and one that asks much waits for itself, not others for it.
import { z } from 'zod';
import { DomainError } from '../domain/errors.ts';
import { PAGE_LIMIT, readHeads } from '../domain/events/read-stream.ts';
import { checkStreamFor } from './access.ts';
import { isStillKnown, type Principal, principalOf } from './auth.ts';
import { isDatabaseAway } from './problems.ts';
import { replayFor } from './replay.ts';
import { type Realm, roomFor, type Socket } from './socket-realm.ts';
import { type InTurn, makeTurns, TooManyWait } from './turns.ts';

const STREAMS_A_SOCKET = 500;
/** A socket's questions are answered one after the other; so many may wait. */
const QUESTIONS_WAITING = 200;

const name = z.string().min(1).max(48);
const place = z.int().min(0);
const Subscribe = z.strictObject({ stream: name });
const Sync = z.strictObject({
  stream: name,
  after: place,
  upto: place.optional(),
  limit: z.int().min(1).max(PAGE_LIMIT).default(PAGE_LIMIT),
});
const Refresh = z.strictObject({ token: z.string().max(4096) });

type Asked = { readonly realm: Realm; readonly socket: Socket; readonly oneByOne: InTurn };

export function answerStreams(realm: Realm, socket: Socket): void {
  const asked: Asked = { realm, socket, oneByOne: makeTurns(1, QUESTIONS_WAITING) };
  answer(asked, 'stream.subscribe', Subscribe, async (principal, { stream }) => {
    const { rooms } = socket.data;
    if (rooms.size >= STREAMS_A_SOCKET)
      throw new DomainError('stream_not_found', `One socket follows at most ${STREAMS_A_SOCKET} streams.`);
    const account = await checkStreamFor(realm.kernel.orm.em.fork(), principal, stream);
    rooms.set(stream, account);
    await socket.join(roomFor(socket.data.owner, stream));
    const [head] = await readHeads(realm.kernel.orm.em.fork(), [stream]);
    return { ...head };
  });
  answer(asked, 'stream.unsubscribe', Subscribe, async (_principal, { stream }) => {
    socket.data.rooms.delete(stream);
    await socket.leave(roomFor(socket.data.owner, stream));
    return {};
  });
  answer(asked, 'stream.sync', Sync, async (principal, { stream, ...wish }) => {
    const page = await replayFor(realm.kernel.orm.em.fork(), principal, stream, wish);
    realm.kernel.metrics.syncs.inc({ door: 'socket' });
    return page;
  });
  answer(asked, 'token.refresh', Refresh, async (_principal, { token }) => {
    const verified = await realm.auth.verifyToken(token);
    const same = verified?.owner.type === socket.data.owner.type && verified.owner.id === socket.data.owner.id;
    if (!verified || !same) throw new DomainError('scope_missing', 'This token is not valid for this connection.');
    Object.assign(socket.data, { expiresAt: verified.expiresAt, warned: false });
    return { expiresAt: verified.expiresAt.toISOString() };
  });
}

/** One question: its shape, who asks, and an answer that is either `{ok: true, …}` or `{ok: false, code, detail}`. */
function answer<T>(
  asked: Asked,
  event: string,
  shape: z.ZodType<T>,
  handle: (principal: Principal, question: T) => Promise<object>,
): void {
  asked.socket.on(event, async (question: unknown, acknowledge: unknown) => {
    if (typeof acknowledge !== 'function') return;
    acknowledge(await answered(asked, shape, question, handle));
  });
}

async function answered<T>(
  asked: Asked,
  shape: z.ZodType<T>,
  question: unknown,
  handle: (principal: Principal, question: T) => Promise<object>,
): Promise<object> {
  const parsed = shape.safeParse(question);
  if (!parsed.success) return { ok: false, code: 'bad_question', detail: parsed.error.issues[0]?.message };
  const { realm, socket, oneByOne } = asked;
  const work = async () => {
    if (!socket.connected) return {}; // nobody is there to hear the answer
    const principal = await principalOf(realm.kernel, socket.data.owner);
    const told = principal && (await handle(principal, parsed.data));
    if (!told || !(await isStillKnown(realm.kernel, principal)))
      throw new DomainError('stream_not_found', 'You are not known any more.');
    return { ok: true, ...told };
  };
  return oneByOne(() => realm.inTurn(work)).catch((error) => refusal(realm, error));
}

function refusal({ kernel }: Realm, error: unknown): object {
  if (error instanceof DomainError) return { ok: false, code: error.code, detail: error.message, ...error.facts };
  if (error instanceof TooManyWait)
    return { ok: false, code: 'too_many_questions', detail: 'Wait for answers, then ask again.' };
  if (isDatabaseAway(error)) return { ok: false, code: 'database_unavailable', detail: 'Try again in a moment.' };
  kernel.log.error({ err: error }, 'socket question failed');
  return { ok: false, code: 'internal_error', detail: 'This is a fault of ours; it is logged.' };
}
