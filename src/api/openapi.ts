// The OpenAPI document, from the very schemas that validate.
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { readVersion } from '../version.ts';
import type { Door } from './door.ts';
import { HOOK_PATHS } from './hooks-openapi.ts';
import { Problem } from './problems.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

export function openApiDocument() {
  const paths: ZodOpenApiPathsObject = {};
  for (const definition of ROUTES) {
    const path = definition.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [definition.method]: operation(definition) };
  }
  paths['/v1/files/{id}'] = { get: FILE };
  Object.assign(paths, HOOK_PATHS);
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Baton',
      version: readVersion(),
      description:
        'Runs the turns of a conversation between robots, human agents and customers. Errors are problem documents; another account’s objects are 404.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, or a token that was minted for an agent, a contact or a participant.',
        },
      },
    },
    paths,
  });
}

const problem = { content: { 'application/problem+json': { schema: Problem } } };

/** It is no route of the list: its door is the link itself, and what it gives is no JSON. */
const FILE: ZodOpenApiOperationObject = {
  operationId: 'getFilesId',
  summary: 'A stored picture, by a signed link that ends. Links come with messages, mails and image tasks.',
  description: 'For whoever has the link.',
  security: [],
  tags: ['files'],
  requestParams: {
    path: z.object({ id: z.string() }),
    query: z.object({
      exp: z.string().meta({ description: 'Until when, in Unix seconds.' }),
      dl: z.enum(['0', '1']).meta({ description: '1: to be saved, 0: to be shown.' }),
      sig: z.string().meta({ description: 'Our signature over all of it.' }),
    }),
  },
  responses: {
    200: { description: 'The picture.', content: { 'image/*': { schema: { type: 'string', format: 'binary' } } } },
    403: { description: 'The link is not one of ours, or it was changed (`link_invalid`).', ...problem },
    404: { description: 'The picture is not kept any more (`file_not_found`).', ...problem },
    410: { description: 'The link has ended (`link_expired`).', ...problem },
    default: { description: 'A problem document.', ...problem },
  },
};

function operation(definition: Route): ZodOpenApiOperationObject {
  const { method, path, summary, door, params, query, body, answers, asks } = definition;
  const headers = z.object({
    ...(method === 'post' && !asks
      ? {
          'Idempotency-Key': z
            .string()
            .max(128)
            .optional()
            .meta({ description: 'The same key and request again: the first answer again.' }),
        }
      : {}),
    ...(definition.mayWait
      ? {
          Prefer: z
            .string()
            .optional()
            .meta({ description: '`wait=<s>`, at most 10: hold the answer until the work has ended.' }),
        }
      : {}),
  });
  return {
    operationId: `${method}${path.replace('/v1', '').replaceAll(/[/:]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    description: `For ${whoMay(door)}.`,
    ...(door.invitation ? { security: [] } : {}),
    tags: [path.split('/')[2] ?? 'v1'],
    requestParams: {
      ...(params ? { path: params } : {}),
      ...(query ? { query } : {}),
      ...(Object.keys(headers.shape).length > 0 ? { header: headers } : {}),
    },
    ...(body
      ? {
          requestBody: {
            required: !body.safeParse(undefined).success,
            content: { 'application/json': { schema: body } },
          },
        }
      : {}),
    responses: {
      ...successes(answers),
      default: { description: 'A problem document.', ...problem },
    },
  };
}

function successes(answers: Route['answers']) {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { says, schema }]) => [
      status,
      { description: says, ...(schema ? { content: { 'application/json': { schema } } } : {}) },
    ]),
  );
}

function whoMay({ key, also, agent, contact, participant, invitation }: Door): string {
  const scopes = also ? `scopes \`${key}\` and \`${also.scope}\`` : `scope \`${key}\``;
  const callers = [key && `API keys with the ${scopes}`, agent && 'agents', contact && 'contacts'];
  const guests = [participant && 'participants', invitation && 'whoever has an invitation'];
  return [...callers, ...guests].filter((word) => word).join(', ');
}
