// Addresses of stored pictures that we give away: signed, and good until a time.
import type { Config } from './config.ts';
import { signLink } from './domain/images/file-link.ts';

/** @param disposition whether a browser shows it, or saves it. */
export function linkToFile(
  { PUBLIC_URL, PORT, BATON_SECRET }: Config,
  id: string,
  expiresAt: Date,
  disposition: 'inline' | 'attachment' = 'inline',
): string {
  const base = PUBLIC_URL === '' ? `http://localhost:${PORT}` : PUBLIC_URL.replace(/\/$/, '');
  return `${base}/v1/files/${id}?${signLink({ id, expiresAt, disposition }, BATON_SECRET)}`;
}
