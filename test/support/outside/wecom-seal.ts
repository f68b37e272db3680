// Seals messages as WeCom does before it posts them: AES-256-CBC, padding to 32 bytes, signature over token, time, nonce and cipher.
// Its own code, apart from what opens them.
import { createCipheriv, createHash, randomBytes } from 'node:crypto';

export type SealKeys = { readonly token: string; readonly aesKey: string; readonly receiveId: string };
export type SealedQuery = { readonly msg_signature: string; readonly timestamp: string; readonly nonce: string };

/** The body of a post, and what stands in its address. */
export function seal(xml: string, keys: SealKeys, nonce: string, timestamp: string) {
  const cipher = encrypt(xml, keys);
  const body = `<xml><ToUserName><![CDATA[${keys.receiveId}]]></ToUserName><Encrypt><![CDATA[${cipher}]]></Encrypt><AgentID><![CDATA[1000002]]></AgentID></xml>`;
  return { body, query: signed(cipher, keys.token, nonce, timestamp), cipher };
}

export function encrypt(message: string, { aesKey, receiveId }: Omit<SealKeys, 'token'>): string {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([randomBytes(16), length, text, Buffer.from(receiveId)]);
  const missing = 32 - (plain.length % 32);
  const padded = Buffer.concat([plain, Buffer.alloc(missing, missing)]);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

export function signed(cipher: string, token: string, nonce: string, timestamp: string): SealedQuery {
  const words = [token, timestamp, nonce, cipher].sort().join('');
  return { msg_signature: createHash('sha1').update(words).digest('hex'), timestamp, nonce };
}
