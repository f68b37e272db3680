// Addresses of ours that we give away: of stored pictures, signed and good until a time, and of the hooks that platforms call.
import type { Config } from './config.ts';
import { signLink } from './domain/images/file-link.ts';

/** @param disposition whether a browser shows it, or saves it. */
export function linkToFile(
  config: Config,
  id: string,
  expiresAt: Date,
  disposition: 'inline' | 'attachment' = 'inline',
): string {
  return `${publicUrl(config)}/v1/files/${id}?${signLink({ id, expiresAt, disposition }, config.BATON_SECRET)}`;
}

/** Where our hook for a platform is, to be registered there. */
export function linkToHook(config: Config, channel: string, accountId: string): string {
  return `${publicUrl(config)}/v1/hooks/${channel}/${accountId}`;
}

/** Where the API is reached from outside, without a slash at its end. */
function publicUrl({ PUBLIC_URL, PORT }: Config): string {
  return PUBLIC_URL === '' ? `http://localhost:${PORT}` : PUBLIC_URL.replace(/\/$/, '');
}
