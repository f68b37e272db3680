// A route as data: its door (who, with which scope), its shapes and its handler. The same zod schemas validate, type the
// handler and write the OpenAPI document.
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { CommitUnknown, runAct } from '../act.ts';
import type { Act } from '../domain/act.ts';
import type { Kernel } from '../kernel.ts';
import { type Auth, actorOf, isStillKnown, type Principal } from './auth.ts';
import { inTime } from './deadline.ts';
import { addressOf, type Door, enter, notAuthenticated } from './door.ts';
import { type Answer, checkKey, fingerprintOf, keepAnswer, takeKey } from './idempotency.ts';
import type { Intake } from './intake.ts';
import type { Limits } from './limits.ts';
import { bodyOf, parse } from './request-parts.ts';

export type Route = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: `/v1/${string}`;
  readonly summary: string;
  readonly door: Door;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Problem statuses are added by the document. */
  readonly answers: Readonly<Record<number, { readonly says: string; readonly schema?: z.ZodType }>>;
  /** True where the handler holds the request by wish of the caller (Prefer: wait). */
  readonly mayWait?: true;
  /** A question that needs a body: it writes nothing, so that no answer is kept for an Idempotency-Key. */
  readonly asks?: true;
  /** Bytes; where masses are sent. Else 100 KB. */
  readonly bodyLimit?: number;
  readonly handle: (call: Call) => Promise<Answer>;
};

/** One request, checked. */
export type Call<P = Record<string, unknown>, Q = Record<string, unknown>, B = unknown> = {
  readonly context: Context;
  readonly principal: Principal;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly text: string;
  /** Where it comes from. */
  readonly address: string;
  readonly idempotency: { readonly principal: string; readonly key: string; readonly fingerprint: string } | null;
  readonly waitSeconds: number;
  readonly response: Response;
  /** Changes things: runs a deed in an act, by the caller's name, and once for each Idempotency-Key. */
  readonly change: (deed: (act: Act) => Promise<Answer>) => Promise<Answer>;
};

export type Context = {
  readonly kernel: Kernel;
  readonly auth: Auth;
  readonly limits: Limits;
  readonly intake: Intake;
  /** Tests let every answer be compared with its declared shape. */
  readonly checkAnswers: boolean;
};

type Shapes<P, Q, B> = { readonly params?: P; readonly query?: Q; readonly body?: B };

/** Types the handler by the shapes that the route declares. */
export function route<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  definition: Omit<Route, 'handle' | 'params' | 'query' | 'body'> &
    Shapes<P, Q, B> & { handle: (call: Call<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Answer> },
): Route {
  return definition as unknown as Route; // the handler is given what these very schemas have parsed
}

/** The handler of Express for a route: door, shapes, deadline, answer. */
export function serve(context: Context, definition: Route): RequestHandler {
  return async (request, response) => {
    const end = context.kernel.metrics.requests.startTimer({ method: definition.method, route: definition.path });
    response.on('finish', () => end({ status: String(response.statusCode) }));
    const wished = definition.mayWait ? waitOf(request) : 0;
    const work = enterAndHandle(context, definition, request, response);
    send(context, definition, response, await inTime(work, context.kernel.config.REQUEST_SECONDS + wished));
  };
}

async function enterAndHandle(
  context: Context,
  definition: Route,
  request: Request,
  response: Response,
): Promise<Answer> {
  const principal = await enter(context, definition.door, request, response);
  if (response.headersSent) throw new Error('the caller was told that it is too late; nothing is begun');
  const answer = await definition.handle(callOf(context, definition, request, response, principal));
  if (definition.method === 'get' && !(await isStillKnown(context.kernel, principal))) throw notAuthenticated();
  return answer;
}

function callOf(context: Context, definition: Route, request: Request, response: Response, principal: Principal): Call {
  const { value, text } = bodyOf(request);
  const params = parse(definition.params, request.params, 'params');
  const query = parse(definition.query, request.query, 'query');
  const body = parse(definition.body, value, 'body');
  const key = request.headers['idempotency-key'];
  const used = definition.method === 'post' && typeof key === 'string' ? checkKey(key) : null;
  const fingerprint = fingerprintOf(request.method, request.originalUrl, text);
  const idempotency = used === null ? null : { principal: `${principal.type}:${principal.id}`, key: used, fingerprint };
  const { kernel } = context;
  const once = (deed: (act: Act) => Promise<Answer>) =>
    runAct(kernel, actorOf(principal), async (act) => {
      if (!idempotency) return deed(act);
      const first = await takeKey(act, idempotency, kernel.config.BATON_SECRET);
      if (first) {
        kernel.metrics.replays.inc();
        return first;
      }
      const answer = await deed(act);
      await keepAnswer(act, idempotency, answer, kernel.config.BATON_SECRET);
      return answer;
    });
  const change: Call['change'] = (deed) =>
    once(deed).catch((error) => {
      // With a key the second run finds the first one's answer where there is one; without, the caller must look.
      if (idempotency && error instanceof CommitUnknown) return once(deed);
      throw error;
    });
  const address = addressOf(request);
  const waitSeconds = waitOf(request);
  return { context, principal, params, query, body, text, address, idempotency, waitSeconds, response, change };
}

const LONGEST_WAIT = 10;

function waitOf(request: Request): number {
  const wish = /(?:^|[,;\s])wait=(\d{1,4})/.exec(String(request.headers.prefer ?? ''))?.[1];
  return Math.min(Number(wish ?? 0), LONGEST_WAIT);
}

function send(
  { checkAnswers }: Context,
  { answers, method, path }: Route,
  response: Response,
  { status, body, headers }: Answer,
): void {
  if (checkAnswers) answers[status]?.schema?.parse(JSON.parse(JSON.stringify(body)));
  if (checkAnswers && !answers[status])
    throw new Error(`${method} ${path} answered ${status}, which it does not declare`);
  response.status(status).set(headers ?? {});
  if (body === undefined) response.end();
  else response.json(body);
}
