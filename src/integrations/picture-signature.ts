// What kind of picture some bytes are, by how they begin. What a server says of them is not asked.

export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/tiff';

/** In hexadecimal. */
const BEGINNINGS: readonly (readonly [PictureType, RegExp])[] = [
  ['image/jpeg', /^ffd8ff/],
  ['image/png', /^89504e470d0a1a0a/],
  // RIFF, four bytes of length, WEBP
  ['image/webp', /^52494646.{8}57454250/],
  ['image/gif', /^47494638(37|39)61/],
  ['image/tiff', /^(49492a00|4d4d002a)/],
];

/** null: none that we know. The rest of the bytes may still be broken. */
export function pictureTypeOf(data: Buffer): PictureType | null {
  const beginning = data.toString('hex', 0, 12);
  return BEGINNINGS.find(([, pattern]) => pattern.test(beginning))?.[0] ?? null;
}
