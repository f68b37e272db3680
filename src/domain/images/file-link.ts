// The link by which a stored file is fetched: which file, until when, shown or saved, and our signature over all three. Who has the
// link needs nothing else, so it names one file and ends.
import { createHmac, timingSafeEqual } from 'node:crypto';

export type FileLink = {
  readonly id: string;
  /** Cut to the second: it never lives longer than this. */
  readonly expiresAt: Date;
  readonly disposition: 'inline' | 'attachment';
};

/** @returns the query: `exp` (Unix seconds), `dl` (1: to be saved) and `sig`. @param secret the installation's. */
export function signLink({ id, expiresAt, disposition }: FileLink, secret: string): string {
  const exp = String(Math.floor(expiresAt.getTime() / 1000));
  const dl = disposition === 'attachment' ? '1' : '0';
  return `exp=${exp}&dl=${dl}&sig=${signatureOf(id, exp, dl, secret)}`;
}

/** @returns `expired` only for a link that was ours: of another nothing is told. */
export function checkLink(
  id: string,
  query: URLSearchParams,
  now: Date,
  secret: string,
): 'ok' | 'expired' | 'bad_signature' {
  const [exp, dl, sig] = ['exp', 'dl', 'sig'].map((name) => query.get(name) ?? '');
  const [given, right] = [Buffer.from(sig ?? ''), Buffer.from(signatureOf(id, exp ?? '', dl ?? '', secret))];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 'bad_signature';
  return now.getTime() < Number(exp) * 1000 ? 'ok' : 'expired';
}

/** The parts as JSON, so that no two links say the same; the purpose in the key, so that no other signature of ours fits. */
function signatureOf(id: string, exp: string, dl: string, secret: string): string {
  return createHmac('sha256', `file-link:${secret}`)
    .update(JSON.stringify([id, exp, dl]))
    .digest('base64url');
}
