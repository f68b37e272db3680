// Whether a webhook comes from the Chatwoot that knows our secret: HMAC-SHA256 over `<timestamp>.<the body's very bytes>`, no older or
// newer than five minutes. That it comes once is for the caller to see, by the delivery's id (`X-Chatwoot-Delivery`), which stays the
// same when Chatwoot tries again.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_MODES = ['required', 'if_present', 'off'] as const;
/**
 * `if_present`: for servers that sign nothing (before 4.13) until they do; whoever leaves the signature out gets in. `off`: for those
 * that sign wrongly; the address must be the secret then.
 */
export type SignatureMode = (typeof SIGNATURE_MODES)[number];
export type SignatureVerdict = 'verified' | 'unsigned' | 'missing' | 'stale' | 'wrong';

export type Signed = {
  readonly rawBody: Buffer;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** null or empty: nothing that is signed can be verified. */
  readonly secret: string | null;
  readonly now: Date;
};

const TOLERANCE_SECONDS = 300;

/** `verified` and `unsigned` let it in, the others say why not. */
export function verifySignature({ rawBody, headers, secret, now }: Signed, mode: SignatureMode): SignatureVerdict {
  if (mode === 'off') return 'unsigned';
  const signature = headerOf(headers, 'x-chatwoot-signature');
  const timestamp = headerOf(headers, 'x-chatwoot-timestamp');
  if (signature === null && timestamp === null && mode === 'if_present') return 'unsigned';
  if (signature === null || timestamp === null) return 'missing';
  if (!secret || !/^\d{1,12}$/.test(timestamp) || !isRight(signature, timestamp, rawBody, secret)) return 'wrong';
  const age = Math.abs(now.getTime() / 1000 - Number(timestamp));
  return age <= TOLERANCE_SECONDS ? 'verified' : 'stale';
}

/** Some servers leave `sha256=` out. */
function isRight(signature: string, timestamp: string, rawBody: Buffer, secret: string): boolean {
  const hex = signature.trim().replace(/^sha256=/i, '');
  if (!/^[0-9a-f]{64}$/i.test(hex)) return false;
  return timingSafeEqual(Buffer.from(hex, 'hex'), digestOf(rawBody, timestamp, secret));
}

function digestOf(rawBody: Buffer, timestamp: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest();
}

function headerOf(headers: Signed['headers'], name: string): string | null {
  const value = headers[name];
  const first = typeof value === 'string' ? value : value?.[0];
  return first === undefined || first === '' ? null : first;
}
