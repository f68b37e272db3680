// An endpoint is removed for good, with everything that it was still to be told, the log of what it was told, and, of a channel, whose
// conversation there is whose here. Whatever of it is on its way just now ends as it ends, and nobody notes it.
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { Endpoint } from './endpoint.ts';

/** @throws DomainError endpoint_not_found, also to the second of two at once. */
export async function removeEndpoint(act: Act, id: string): Promise<void> {
  const removed = await act.em.nativeDelete(Endpoint, { id });
  if (removed === 0) throw new DomainError('endpoint_not_found', `There is no endpoint ${id}.`);
}
