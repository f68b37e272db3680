// The link by which a participant comes: who is asked, a nonce, and our signature. It opens one conversation once; the table knows
// only its hash, and when its time is over.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ID_PATTERN } from '../ids.ts';

/** @param nonce words of chance, without a dot. @param secret the installation's. */
export function signInvitation(participantId: string, nonce: string, secret: string): string {
  const said = `${participantId}.${nonce}`;
  return `${said}.${signatureOf(said, secret)}`;
}

/** @returns the participant whom it names; null when it is not one of ours. Whether it can still be used, its row knows. */
export function readInvitation(invitation: string, secret: string): string | null {
  const [id, nonce, signature, ...rest] = invitation.split('.');
  if (!id || !ID_PATTERN.test(id) || !nonce || !signature || rest.length > 0) return null;
  const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(`${id}.${nonce}`, secret))];
  return given.length === right.length && timingSafeEqual(given, right) ? id : null;
}

export function hashOf(invitation: string): string {
  return createHash('sha256').update(invitation).digest('hex');
}

function signatureOf(said: string, secret: string): string {
  return createHmac('sha256', `invitation:${secret}`).update(said).digest('base64url');
}
