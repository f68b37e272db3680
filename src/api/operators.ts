// What is for operators: the metrics, and bull-board on /ops/queues. Scripts send their key as a bearer; browsers ask for a
// login, whose password is the key (any user name).
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { type Request, type RequestHandler, Router } from 'express';
import type { Kernel } from '../kernel.ts';
import { renderMetrics } from '../ledger-metrics.ts';
import type { Auth, Principal } from './auth.ts';
import { inTime } from './deadline.ts';
import type { Limits } from './limits.ts';
import { PAGE_POLICY } from './page-policy.ts';
import { HttpProblem } from './problems.ts';

const BOARD = '/ops/queues';

export function operatorRoutes(kernel: Kernel, auth: Auth, limits: Limits): Router {
  const router = Router();
  const guard = onlyOperators(kernel, auth, limits);
  router.get('/metrics', guard, async (_request, response) => {
    response.type('text/plain; version=0.0.4').send(await renderMetrics(kernel));
  });
  router.use(BOARD, guard, sameSite, whileRedisIsThere(kernel), asPage, board(kernel));
  return router;
}

function onlyOperators({ config }: Kernel, auth: Auth, limits: Limits): RequestHandler {
  return async (request, response, next) => {
    const known = operatorOf(auth, request.headers.authorization ?? '');
    const principal = await inTime(known, config.REQUEST_SECONDS);
    if (principal) return next();
    response.setHeader('WWW-Authenticate', 'Basic realm="Baton operators", charset="UTF-8"');
    await limits.failed(request.ip ?? 'unknown');
    throw new HttpProblem(
      401,
      'not_authenticated',
      'For operators: log in with any name and, as password, a key with the scope ops for every account.',
    );
  };
}

async function operatorOf(auth: Auth, header: string): Promise<Principal | null> {
  const bearer = /^Bearer (\S+)$/.exec(header)?.[1];
  const basic = /^Basic (\S+)$/.exec(header)?.[1];
  const password =
    basic === undefined
      ? undefined
      : Buffer.from(basic, 'base64')
          .toString()
          .replace(/^[^:]*:/, '');
  const key = bearer ?? password;
  const principal = key ? await auth.authenticate(key) : null;
  return principal?.type === 'key' && principal.scopes.includes('ops') && principal.accounts === null
    ? principal
    : null;
}

/** Browsers send a login along with requests from any site; what changes things must come from the board itself. */
const sameSite: RequestHandler = (request, _response, next) => {
  if (request.method === 'GET' || isFromHere(request)) return next();
  throw new HttpProblem(403, 'cross_site', 'This can be changed from the board only.');
};

/** Over plain http browsers say the origin only; scripts, which nobody can trick into a request, say neither. */
function isFromHere(request: Request): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined) return site === 'same-origin';
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === request.host);
}

/** The board would wait for ever for a Redis that it has never seen. */
function whileRedisIsThere({ producer }: Kernel): RequestHandler {
  return (_request, _response, next) => {
    if (producer.status !== 'ready') throw redisIsAway();
    next();
  };
}

function redisIsAway(): HttpProblem {
  return new HttpProblem(503, 'redis_unavailable', 'Redis does not answer, so the queues can not be shown; try again.');
}

const asPage: RequestHandler = (_request, response, next) => {
  response.setHeader('Content-Security-Policy', PAGE_POLICY);
  next();
};

/** A look at the queues; of its buttons only retry works, since the ledger decides what is to be done. */
function board(kernel: Kernel): Router {
  const adapter = new ExpressAdapter();
  adapter.setBasePath(BOARD);
  createBullBoard({
    queues: Object.values(kernel.queues).map((queue) => new BullMQAdapter(queue)),
    serverAdapter: adapter,
    options: {
      uiConfig: { boardTitle: 'Baton' },
      handlerHooks: {
        before: async ({ method, route }) => (method === 'get' || route.includes('retry') ? { allow: true } : DENIED),
      },
    },
  });
  // The board asks nobody but Redis, whose commands end after a time of their own.
  adapter.setErrorHandler((err) => {
    kernel.log.warn({ err }, 'the board got no answer');
    throw redisIsAway();
  });
  return adapter.getRouter();
}

const DENIED = {
  allow: false,
  status: 403,
  message: 'Queues follow the ledger: retry is possible, everything else is done through /v1/jobs.',
} as const;
