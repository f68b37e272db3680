// A file's name is the SHA-256 of its bytes, in hex. What calls itself otherwise is no file, and what does not match is not given out.
import { createHash } from 'node:crypto';
import { OutsideFailure } from '../outside-failure.ts';

export function hashOfBytes(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Nothing else may become a path or an address. */
export function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** @throws OutsideFailure permanent `file_corrupt`. */
export function checked(data: Buffer, hash: string): Buffer {
  if (hashOfBytes(data) === hash) return data;
  throw new OutsideFailure(
    'permanent',
    'file_corrupt',
    `The bytes of the file ${hash} are not those that were stored.`,
  );
}
