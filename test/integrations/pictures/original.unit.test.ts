// What may come in as an original, and what is left of it: the picture, upright, and nothing else.
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readOriginal } from '../../../src/integrations/pictures/original.ts';
import { blank, drawn, example, small } from './originals.ts';

const CORNER = '<path fill="#fff" d="M0 0h60v40H0z"/><path fill="#f00" d="M0 0h20v20H0z"/>';

describe('what comes out', () => {
  test.each(['jpeg', 'png', 'webp', 'tiff', 'gif'] as const)('%s is read, and is a JPEG afterwards', async (format) => {
    const sent = await sharp(await small('photo', 120))
      .toFormat(format)
      .toBuffer();
    const { data, ...said } = await readOriginal(sent);
    expect(said).toEqual({ mediaType: 'image/jpeg', width: 120, height: 90 });
    expect((await sharp(data).metadata()).format).toBe('jpeg');
  });

  test('a picture that lies on its side is turned upright, and says so no more', async () => {
    const sent = await sharp(await drawn(60, 40, CORNER))
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { data, width, height } = await readOriginal(sent);
    expect([width, height]).toEqual([40, 60]);
    expect((await sharp(data).metadata()).orientation).toBeUndefined();
    const [red, green] = await sharp(data).extract({ left: 30, top: 5, width: 1, height: 1 }).raw().toBuffer();
    expect([(red ?? 0) > 200, (green ?? 255) < 60]).toEqual([true, true]);
  });

  test('where it was taken, by whom and with what colour profile is gone', async () => {
    const exif = { IFD0: { Artist: 'Somebody' }, IFD3: { GPSLatitude: '31/1 13/1 0/1', GPSLatitudeRef: 'N' } };
    const sent = await sharp(await small('photo', 120))
      .jpeg()
      .withExif(exif)
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
      .withIccProfile('p3')
      .toBuffer();
    expect(sent.includes('Somebody')).toBe(true);
    const { data } = await readOriginal(sent);
    const { exif: left, xmp, icc, iptc } = await sharp(data).metadata();
    expect([left, xmp, icc, iptc]).toEqual([undefined, undefined, undefined, undefined]);
    expect(data.includes('Somebody')).toBe(false);
  });

  test('colours of another space look the same in that of screens', async () => {
    const sent = await sharp(await blank(40, 40, '#c84020'))
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const { data } = await readOriginal(sent);
    const [red, green, blue] = await sharp(data).raw().toBuffer();
    expect(Math.abs((red ?? 0) - 0xc8) + Math.abs((green ?? 0) - 0x40) + Math.abs((blue ?? 0) - 0x20)).toBeLessThan(12);
  });

  test('what is see-through stays so, as PNG; alpha that hides nothing is left out', async () => {
    const clear = await sharp({ create: { width: 30, height: 30, channels: 4, background: '#00ff0080' } })
      .png()
      .toBuffer();
    expect((await readOriginal(clear)).mediaType).toBe('image/png');
    const opaque = await sharp(await blank(30, 30))
      .ensureAlpha()
      .png()
      .toBuffer();
    expect((await readOriginal(opaque)).mediaType).toBe('image/jpeg');
  });

  test('of a moving picture the first frame is taken', async () => {
    const frames = await Promise.all(['#ff0000', '#0000ff'].map((colour) => blank(40, 30, colour)));
    const sent = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const { data, width, height } = await readOriginal(sent);
    expect([width, height]).toEqual([40, 30]);
    expect((await sharp(data).raw().toBuffer())[0]).toBeGreaterThan(240);
  });
});

describe('what does not come in', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"/>';

  test.each([
    ['nothing', Buffer.alloc(0), 'not_a_picture'],
    ['junk', Buffer.from('no picture at all'), 'not_a_picture'],
    ['a drawing that can ask for other files', Buffer.from(svg), 'not_a_picture'],
    ['a picture in name only', Buffer.from('GIF89a and no more'), 'broken_picture'],
    ['half a picture', example('photo').subarray(0, 100_000), 'broken_picture'],
  ])('%s', async (_name, sent, code) => {
    await expect(readOriginal(sent)).rejects.toMatchObject({ kind: 'permanent', code });
  });

  test('a picture of one pixel', async () => {
    await expect(readOriginal(await blank(1, 1))).rejects.toMatchObject({ kind: 'permanent', code: 'too_small' });
  });

  test('a small file that unfolds to more pixels than are allowed', async () => {
    const bomb = bombOf(60_000, 60_000);
    expect(bomb.length).toBeLessThan(100);
    await expect(readOriginal(bomb)).rejects.toMatchObject({ kind: 'permanent', code: 'too_large' });
    const allowed = readOriginal(await blank(100, 100), { maxPixels: 9_999 });
    await expect(allowed).rejects.toMatchObject({ code: 'too_large' });
  });

  test('a file of more bytes than are allowed, unread', async () => {
    await expect(readOriginal(example('photo'), { maxBytes: 1000 })).rejects.toMatchObject({ code: 'too_large' });
  });
});

/** A PNG that announces its size, and goes no further. */
function bombOf(width: number, height: number): Buffer {
  const header = Buffer.from('IHDR\0\0\0\0\0\0\0\0\x08\x02\0\0\0', 'latin1');
  header.writeUInt32BE(width, 4);
  header.writeUInt32BE(height, 8);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(header));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\x0d', 'latin1'),
    header,
    check,
    Buffer.from('\0\0\0\0IDAT'),
  ]);
}
