// Reading a JSON body: its size, its type, its depth, and then once through the parser. The text is kept, for routes that store it.
import express, { type RequestHandler } from 'express';
import { HttpProblem } from './problems.ts';

const DEPTH_LIMIT = 32;

export type JsonBody = { readonly value: unknown; readonly text: string };

/** @param limit bytes. Sets `request.body` to a JsonBody; a request without a body gets the value undefined. */
export function readJson(limit: number): RequestHandler[] {
  const parse: RequestHandler = (request, _response, next) => {
    const buffer: unknown = request.body;
    if (!Buffer.isBuffer(buffer) || buffer.length === 0) {
      request.body = { value: undefined, text: '' } satisfies JsonBody;
      return next();
    }
    if (!request.is('json')) throw new HttpProblem(415, 'not_json', 'The body must be application/json.');
    request.body = { value: parseBytes(buffer), text: buffer.toString('utf8') } satisfies JsonBody;
    next();
  };
  return [readBytes(limit), parse];
}

/** The body as it came, where it is proved over its bytes. */
export function readBytes(limit: number): RequestHandler {
  const raw = express.raw({ limit, type: () => true });
  return (request, response, next) =>
    raw(request, response, (error) => next(error ? problemOf(error, limit) : undefined));
}

/** @throws HttpProblem 400 `too_deep`, `malformed_json` */
export function parseBytes(buffer: Buffer): unknown {
  if (depthOf(buffer) > DEPTH_LIMIT)
    throw new HttpProblem(400, 'too_deep', `The body is nested deeper than ${DEPTH_LIMIT} levels.`);
  return parseJson(buffer.toString('utf8'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const where = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    throw new HttpProblem(400, 'malformed_json', `The body is not JSON${where ? `; look at character ${where}` : ''}.`);
  }
}

function problemOf(error: unknown, limit: number): HttpProblem {
  const type = error instanceof Error ? Reflect.get(error, 'type') : undefined;
  if (type === 'entity.too.large')
    return new HttpProblem(413, 'body_too_large', `The body may have at most ${limit} bytes.`);
  return new HttpProblem(400, 'unreadable_body', 'The body could not be read.');
}

/** Deepest nesting of brackets outside strings, in one pass and without recursion: a parser would follow it down the stack. */
function depthOf(buffer: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < buffer.length; at += 1) {
    const byte = buffer[at] ?? 0;
    if (inString && byte === BACKSLASH) at += 1;
    else if (byte === QUOTE) inString = !inString;
    else if (!inString) depth += STEP.get(byte) ?? 0;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** { and [ go one level down, } and ] one up. */
const STEP: ReadonlyMap<number, number> = new Map([
  [0x7b, 1],
  [0x5b, 1],
  [0x7d, -1],
  [0x5d, -1],
]);
