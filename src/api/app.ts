// The HTTP side on one screen: what every request passes, then the routes, then the end of those that found none.
import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { newId } from '../domain/ids.ts';
import { readiness } from '../readiness.ts';
import { readJson } from './body.ts';
import { docsRoutes } from './docs.ts';
import { fileRoutes } from './files.ts';
import { hookRoutes } from './hooks.ts';
import { operatorRoutes } from './operators.ts';
import { nowhere, problemHandler } from './problems.ts';
import { type Context, serve } from './route.ts';
import { ROUTES } from './routes.ts';

const BODY_LIMIT = 100 * 1024;

/** Answers are data; pages bring a policy of their own. Whether there is TLS only the edge knows. */
const NOTHING = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };

export function makeApp(context: Context, draining: () => boolean): Express {
  const { kernel, auth, limits } = context;
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', kernel.config.TRUST_PROXY);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.use(nameRequest);
  app.use(
    helmet({ contentSecurityPolicy: { useDefaults: false, directives: NOTHING }, strictTransportSecurity: false }),
  );
  app.use(
    cors({
      origin: kernel.config.CORS_ORIGINS,
      exposedHeaders: ['Location', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'Idempotent-Replayed'],
    }),
  );

  app.get('/livez', (_request, response) => {
    response.json({ alive: true });
  });
  app.get('/readyz', async (_request, response) => {
    const { ready, checks } = await readiness(kernel, draining() ? { process: 'stopping' } : {});
    response.status(ready ? 200 : 503).json({ ready, checks });
  });
  if (kernel.config.DOCS) app.use(docsRoutes());
  app.use(operatorRoutes(kernel, auth, limits));
  app.use(fileRoutes(kernel, limits));
  app.use(hookRoutes(kernel, limits));

  for (const definition of ROUTES) {
    const body = definition.body ? readJson(definition.bodyLimit ?? BODY_LIMIT) : [];
    app[definition.method](definition.path, ...body, serve(context, definition));
  }
  app.use(nowhere);
  app.use(problemHandler(kernel.log));
  return app;
}

/** The caller's own id where it has the right shape, else one of ours; it comes back in the answer and in every problem. */
const nameRequest: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const requestId = typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : newId();
  response.locals.requestId = requestId;
  response.setHeader('X-Request-Id', requestId);
  next();
};
