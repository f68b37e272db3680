// What is for operators: the metrics, and bull-board on /ops/queues. Scripts send their key as a bearer; browsers ask for a
// login, whose password is the key (any user name).
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { type RequestHandler, Router } from 'express';
import type { Kernel } from '../kernel.ts';
import { renderMetrics } from '../ledger-metrics.ts';
import type { Auth, Principal } from './auth.ts';
import type { Limits } from './limits.ts';
import { PAGE_POLICY } from './page-policy.ts';
import { HttpProblem } from './problems.ts';

const BOARD = '/ops/queues';

export function operatorRoutes(kernel: Kernel, auth: Auth, limits: Limits): Router {
  const router = Router();
  const guard = onlyOperators(auth, limits);
  router.get('/metrics', guard, async (_request, response) => {
    response.type('text/plain; version=0.0.4').send(await renderMetrics(kernel));
  });
  router.use(BOARD, guard, sameSite, asPage, board(kernel));
  return router;
}

function onlyOperators(auth: Auth, limits: Limits): RequestHandler {
  return async (request, response, next) => {
    const principal = await operatorOf(auth, request.headers.authorization ?? '');
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
  const site = request.headers['sec-fetch-site'];
  if (request.method === 'GET' || site === undefined || site === 'same-origin') return next();
  throw new HttpProblem(403, 'cross_site', 'This can be changed from the board only.');
};

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
  return adapter.getRouter();
}

const DENIED = {
  allow: false,
  status: 403,
  message: 'Queues follow the ledger: retry is possible, everything else is done through /v1/jobs.',
} as const;
