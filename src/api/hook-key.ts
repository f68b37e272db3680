// By what a repeated call of Chatwoot is known: the id of the delivery, which stays the same when it is tried again. Servers that send
// none repeat the same bytes.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export function chatwootKey(headers: IncomingHttpHeaders, rawBody: Buffer): string {
  const id = headers['x-chatwoot-delivery'];
  if (typeof id === 'string' && /^[\x21-\x7e]{1,100}$/.test(id)) return `delivery:${id}`;
  return `body:${createHash('sha256').update(rawBody).digest('hex')}`;
}
