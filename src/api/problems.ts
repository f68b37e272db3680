// Every error as a problem document (RFC 9457). No stack trace ever leaves the process.
import { DriverException } from '@mikro-orm/mysql';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { CommitUnknown, passingCause } from '../act.ts';
import { DomainError } from '../domain/errors.ts';
import type { Log } from '../log.ts';
import { STATUS_OF } from './statuses.ts';

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
  })
  .loose()
  .meta({ id: 'Problem', description: 'What went wrong, where, and what to do (RFC 9457).' });

type FieldError = { readonly pointer: string; readonly code: string; readonly detail: string };

/** An error of the door itself: the request never reached the domain. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];
  readonly retryAfter: number | null;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: { errors?: readonly FieldError[]; retryAfter?: number } = {},
  ) {
    super(detail);
    this.name = 'HttpProblem';
    this.status = status;
    this.code = code;
    this.errors = more.errors ?? [];
    this.retryAfter = more.retryAfter ?? null;
  }
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not processable',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
};

export const nowhere: RequestHandler = (request) => {
  throw new HttpProblem(
    404,
    'route_not_found',
    `There is no ${request.method} ${request.path}; /openapi.json lists every route.`,
  );
};

/** The last handler of the app. What is not known is logged in full and told in one sentence. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const known = describe(error);
    if (!known)
      log.error(
        { err: error, requestId: response.locals.requestId, method: request.method, path: request.route?.path },
        'request failed',
      );
    sendProblem(
      response,
      known ?? {
        status: 500,
        code: 'internal_error',
        detail: 'This is a fault of ours; it is logged under this requestId.',
      },
    );
  };
}

type Description = {
  status: number;
  code: string;
  detail: string;
  retryAfter?: number | null;
  errors?: readonly FieldError[];
  facts?: Readonly<Record<string, unknown>>;
};

function sendProblem(response: Response, { status, code, detail, retryAfter, errors, facts }: Description): void {
  if (status === 503 || retryAfter) response.setHeader('Retry-After', String(retryAfter ?? 2));
  if (status === 401 && !response.hasHeader('WWW-Authenticate')) response.setHeader('WWW-Authenticate', 'Bearer');
  const { requestId } = response.locals;
  const list = errors && errors.length > 0 ? { errors } : {};
  const body = {
    ...facts,
    type: `urn:baton:problem:${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
    requestId,
    ...list,
  };
  response.status(status).type('application/problem+json').send(JSON.stringify(body));
}

/** Known errors by what they are; null for a bug. */
function describe(error: unknown): Description | null {
  if (error instanceof HttpProblem)
    return {
      status: error.status,
      code: error.code,
      detail: error.message,
      errors: error.errors,
      retryAfter: error.retryAfter,
    };
  if (error instanceof DomainError)
    return { status: STATUS_OF[error.code], code: error.code, detail: error.message, facts: error.facts };
  if (isBadPath(error))
    return {
      status: 400,
      code: 'bad_path',
      detail: 'The path has a % that no two hexadecimal digits of UTF-8 follow; encode it.',
    };
  if (isDatabaseAway(error))
    return {
      status: 503,
      code: 'database_unavailable',
      detail: `The database does not answer; ${error instanceof CommitUnknown ? 'whether the change was made is not known' : 'nothing was changed'}. Try again, with the same Idempotency-Key.`,
    };
  return null;
}

/** Express throws this, with a status, for a path that it can not decode; a URIError of our own has none. */
function isBadPath(error: unknown): boolean {
  return error instanceof URIError && Reflect.get(error, 'status') === 400;
}

const AWAY_CODES = new Set(['ENOTFOUND', 'PROTOCOL_SEQUENCE_TIMEOUT', 'ER_SERVER_SHUTDOWN', 'POOL_CLOSED']);

export function isDatabaseAway(error: unknown): boolean {
  if (passingCause(error) !== null) return true;
  if (!(error instanceof DriverException)) return false;
  return AWAY_CODES.has(error.code ?? '') || /queue limit|connect/i.test(error.message);
}
