// The doors of platforms in the OpenAPI document. They are no routes of the list: what opens them is a signature, not a key.
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { Problem } from './problems.ts';

const problem = { content: { 'application/problem+json': { schema: Problem } } };
const account = z.object({ account: z.string().meta({ description: 'The id of the account here.' }) });
const refusals = {
  401: { description: 'It is not proved to come from there (`not_authenticated`).', ...problem },
  404: { description: 'No account with this channel is connected here (`not_found`).', ...problem },
  default: { description: 'A problem document.', ...problem },
};

const CHATWOOT: ZodOpenApiOperationObject = {
  operationId: 'postHooksChatwootAccount',
  summary: 'What Chatwoot says. Written down once for each delivery, and answered at once.',
  description: 'For Chatwoot: a webhook of the account, or of an agent bot, with its signature.',
  security: [],
  tags: ['hooks'],
  requestParams: {
    path: account,
    header: z.object({
      'X-Chatwoot-Signature': z
        .string()
        .optional()
        .meta({ description: '`sha256=` and the HMAC of `<timestamp>.<body>`.' }),
      'X-Chatwoot-Timestamp': z.string().optional().meta({ description: 'Unix seconds, at most 300 s off.' }),
      'X-Chatwoot-Delivery': z.string().optional().meta({ description: 'The same when it is tried again.' }),
    }),
  },
  requestBody: { required: true, content: { 'application/json': { schema: z.looseObject({ event: z.string() }) } } },
  responses: {
    200: {
      description: 'It is written down, now or before.',
      content: { 'application/json': { schema: z.object({ accepted: z.literal(true) }) } },
    },
    ...refusals,
  },
};

const signed = z.object({
  msg_signature: z.string(),
  timestamp: z.string(),
  nonce: z.string(),
});

const WECOM_PROOF: ZodOpenApiOperationObject = {
  operationId: 'getHooksWecomAccount',
  summary: 'WeCom tries the address when it is registered; the echo is answered decrypted.',
  description: 'For WeCom.',
  security: [],
  tags: ['hooks'],
  requestParams: { path: account, query: signed.extend({ echostr: z.string() }) },
  responses: { 200: { description: 'The echo.', content: { 'text/plain': { schema: z.string() } } }, ...refusals },
};

const WECOM: ZodOpenApiOperationObject = {
  operationId: 'postHooksWecomAccount',
  summary: 'What WeCom says, encrypted. Written down once, and answered at once with nothing.',
  description: 'For WeCom.',
  security: [],
  tags: ['hooks'],
  requestParams: { path: account, query: signed },
  requestBody: { required: true, content: { 'text/xml': { schema: z.string() } } },
  responses: { 200: { description: 'It is written down, now or before.' }, ...refusals },
};

export const HOOK_PATHS: ZodOpenApiPathsObject = {
  '/v1/hooks/chatwoot/{account}': { post: CHATWOOT },
  '/v1/hooks/wecom/{account}': { get: WECOM_PROOF, post: WECOM },
};
