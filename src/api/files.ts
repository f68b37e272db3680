// GET /v1/files/:id: a stored picture for whoever has a link to it. The link is signed and ends; nothing else opens this door.
import { type RequestHandler, Router } from 'express';
import { DomainError } from '../domain/errors.ts';
import { checkLink } from '../domain/images/file-link.ts';
import { StoredFile } from '../domain/images/stored-file.ts';
import { openFileStore } from '../integrations/file-store.ts';
import type { FileStore } from '../integrations/files/store.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import type { Kernel } from '../kernel.ts';
import { storeOptions } from '../store-options.ts';
import { inTime } from './deadline.ts';
import { addressOf } from './door.ts';
import type { Limits } from './limits.ts';
import { HttpProblem } from './problems.ts';

const READ_SECONDS = 20;

export function fileRoutes(kernel: Kernel, limits: Limits): Router {
  const router = Router();
  const store = openFileStore(storeOptions(kernel.config));
  router.get('/v1/files/:id', serveFile(kernel, limits, store));
  return router;
}

function serveFile(kernel: Kernel, limits: Limits, store: FileStore): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id } = request.params;
    const link = new URL(request.originalUrl, 'http://localhost').searchParams;
    const verdict = checkLink(id, link, kernel.clock(), kernel.config.BATON_SECRET);
    if (verdict === 'expired') throw new HttpProblem(410, 'link_expired', 'This link has ended; ask for a new one.');
    if (verdict !== 'ok') {
      await limits.failed(addressOf(request));
      throw new HttpProblem(403, 'link_invalid', 'This link is not one of ours, or it was changed.');
    }
    const { file, data } = await inTime(readFile(kernel, store, id), READ_SECONDS);
    const disposition = link.get('dl') === '1' ? 'attachment' : 'inline';
    response
      .set('Content-Type', file.mediaType)
      .set('Content-Disposition', `${disposition}; filename="${file.name.replaceAll(/[^\w.-]/g, '_')}"`)
      .set('Cache-Control', 'private, max-age=3600, immutable')
      .set('Cross-Origin-Resource-Policy', 'cross-origin')
      .send(data);
  };
}

/** @throws DomainError file_not_found */
async function readFile({ orm }: Kernel, store: FileStore, id: string): Promise<{ file: StoredFile; data: Buffer }> {
  const file = await orm.em.fork().findOne(StoredFile, { id });
  const data = file ? await store.get(file.hash).catch(laterIfAway) : null;
  if (file && data) return { file, data };
  throw new DomainError('file_not_found', 'This picture is not kept any more.');
}

/** A file whose bytes are not its own is a fault, and logged as one. */
function laterIfAway(error: unknown): never {
  if (!(error instanceof OutsideFailure) || error.kind !== 'retryable') throw error;
  throw new HttpProblem(503, 'storage_unavailable', 'The store of pictures does not answer; try again.');
}
