// The parts of a request against their shapes: what does not fit is told field by field.
import type { Request } from 'express';
import type { z } from 'zod';
import type { JsonBody } from './body.ts';
import { HttpProblem } from './problems.ts';

export function bodyOf(request: Request): JsonBody {
  return request.body ?? { value: undefined, text: '' };
}

/** Nothing of a value is repeated in an error: it may be private. */
export function parse<T>(schema: z.ZodType<T> | undefined, value: unknown, part: 'params' | 'query' | 'body'): T {
  if (!schema) return undefined as T; // the route declares no such part, and its handler's type says so
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues
    .slice(0, 20)
    .map((issue) => ({ pointer: `/${issue.path.map(String).join('/')}`, code: issue.code, detail: issue.message }));
  // An id in the path that can not be one of ours names nothing.
  if (part === 'params')
    throw new HttpProblem(404, 'not_found', 'There is nothing at this address; ids have 26 characters.');
  throw new HttpProblem(
    400,
    part === 'body' ? 'bad_body' : 'bad_query',
    `The ${part} does not fit: ${errors[0]?.pointer} ${errors[0]?.detail}.`,
    { errors },
  );
}
