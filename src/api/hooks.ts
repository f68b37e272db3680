// The doors by which platforms call us: POST /v1/hooks/chatwoot/:account and /v1/hooks/wecom/:account. A call is proved over its raw
// bytes, written down once, and answered at once; a worker reads it. Platforms wait for a second or two, and some change a conversation
// when they are not answered.
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { runAct } from '../act.ts';
import { dedupeKey } from '../domain/channels/wecom/hook.ts';
import type { Endpoint } from '../domain/endpoints/endpoint.ts';
import { findChannel } from '../domain/endpoints/find-endpoints.ts';
import type { Channel } from '../domain/endpoints/kinds.ts';
import { secretsOf, settingsOf } from '../domain/endpoints/set-channel.ts';
import { ID_PATTERN } from '../domain/ids.ts';
import { planOnce } from '../domain/jobs/plan-job.ts';
import { verifySignature } from '../integrations/chatwoot/signature.ts';
import { LONGEST_CALLBACK, openCallback, verifyUrl } from '../integrations/wecom/callback.ts';
import type { Kernel } from '../kernel.ts';
import { parseBytes, readBytes } from './body.ts';
import { inTime } from './deadline.ts';
import { addressOf } from './door.ts';
import { chatwootKey } from './hook-key.ts';
import type { Limits } from './limits.ts';
import { HttpProblem } from './problems.ts';
import { withoutTokens } from './without-tokens.ts';

const CHATWOOT_LIMIT = 1024 * 1024;
type Of = { account: string };

export function hookRoutes(kernel: Kernel, limits: Limits): Router {
  const router = Router();
  const serve = (work: Hook): RequestHandler<Of> => {
    return async (request, response) => inTime(work(kernel, limits, request, response), kernel.config.REQUEST_SECONDS);
  };
  router.post('/v1/hooks/chatwoot/:account', readBytes(CHATWOOT_LIMIT), serve(takeChatwoot));
  router.get('/v1/hooks/wecom/:account', serve(proveWecom));
  router.post('/v1/hooks/wecom/:account', readBytes(LONGEST_CALLBACK), serve(takeWecom));
  return router;
}

type Hook = (kernel: Kernel, limits: Limits, request: Request<Of>, response: Response) => Promise<void>;

const takeChatwoot: Hook = async (kernel, limits, request, response) => {
  const endpoint = await findChannelOf(kernel, limits, request, 'chatwoot');
  const { webhookSecret } = secretsOf(endpoint, 'chatwoot', kernel.config.BATON_SECRET);
  const { signatures } = settingsOf(endpoint, 'chatwoot');
  const rawBody = bytesOf(request);
  const signed = { rawBody, headers: request.headers, secret: webhookSecret, now: kernel.clock() };
  const verdict = verifySignature(signed, signatures);
  if (verdict !== 'verified' && verdict !== 'unsigned')
    throw await refused(kernel, limits, request, 'chatwoot', verdict);
  const hook = withoutTokens(parseBytes(rawBody));
  const outcome = await writeDown(kernel, endpoint, hook, chatwootKey(request.headers, rawBody));
  kernel.metrics.hooks.inc({ kind: 'chatwoot', outcome });
  response.json({ accepted: true });
};

const proveWecom: Hook = async (kernel, limits, request, response) => {
  const endpoint = await findChannelOf(kernel, limits, request, 'wecom');
  const proved = verifyUrl(queryOf(request), keysOf(kernel, endpoint));
  if ('refused' in proved) throw await refused(kernel, limits, request, 'wecom', proved.refused);
  response.type('text/plain').send(proved.echo);
};

/** An empty answer: what is to be said comes by a message of its own. */
const takeWecom: Hook = async (kernel, limits, request, response) => {
  const endpoint = await findChannelOf(kernel, limits, request, 'wecom');
  const opened = openCallback(queryOf(request), bytesOf(request), keysOf(kernel, endpoint));
  if ('refused' in opened) throw await refused(kernel, limits, request, 'wecom', opened.refused);
  const outcome = await writeDown(kernel, endpoint, opened.plain, dedupeKey(opened.plain));
  kernel.metrics.hooks.inc({ kind: 'wecom', outcome });
  response.status(200).end();
};

/** Whoever guesses accounts is counted as whoever guesses keys. @throws HttpProblem 404 */
async function findChannelOf(
  kernel: Kernel,
  limits: Limits,
  request: Request<Of>,
  channel: Channel,
): Promise<Endpoint> {
  const { account: accountId } = request.params;
  const known = ID_PATTERN.test(accountId) ? await findChannel(kernel.orm.em.fork(), accountId, channel) : null;
  if (known) return known;
  await limits.failed(addressOf(request));
  throw new HttpProblem(404, 'not_found', `No account with this ${channel} is connected here.`);
}

/** @returns 401: not proved. Which secret would be right is not told. */
async function refused(
  { metrics, log }: Kernel,
  limits: Limits,
  request: Request<Of>,
  kind: Channel,
  why: string,
): Promise<HttpProblem> {
  metrics.hooks.inc({ kind, outcome: 'refused' });
  log.warn({ account: request.params.account, kind, why }, 'a hook was refused');
  await limits.failed(addressOf(request));
  return new HttpProblem(401, 'not_authenticated', `This call is not proved to come from ${kind}: ${why}.`);
}

async function writeDown(kernel: Kernel, endpoint: Endpoint, hook: unknown, key: string): Promise<'taken' | 'known'> {
  const actor = { type: 'system', id: `hook:${endpoint.kind}` } as const;
  const once = { principal: `endpoint:${endpoint.id}`, key };
  const job = await runAct(kernel, actor, (act) =>
    planOnce(act, 'inbound', endpoint.accountId, { endpointId: endpoint.id, hook }, once),
  );
  return job ? 'taken' : 'known';
}

function bytesOf(request: Request<Of>): Buffer {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function queryOf({ originalUrl }: Request<Of>): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(originalUrl, 'http://localhost').searchParams);
}

function keysOf(kernel: Kernel, endpoint: Endpoint) {
  const { token, aesKey } = secretsOf(endpoint, 'wecom', kernel.config.BATON_SECRET);
  return { token, aesKey, receiveId: settingsOf(endpoint, 'wecom').corpId };
}
