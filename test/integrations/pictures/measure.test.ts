// What is measured of pictures that are made here: each figure moves as what it stands for does.
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Measurements } from '../../../src/domain/images/quality.ts';
import { measurePicture } from '../../../src/integrations/pictures/measure.ts';

const SHAPES = Array.from(
  { length: 30 },
  (_, at) =>
    `<circle cx="${(at * 97) % 600}" cy="${(at * 61) % 400}" r="${8 + ((at * 7) % 30)}" fill="hsl(${at * 12} 60% 45%)"/>`,
);
const CHART = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><rect width="600" height="400" fill="#bbb"/>${SHAPES.join('')}</svg>`,
);
let chart: Buffer;
beforeAll(async () => {
  chart = await sharp(CHART).removeAlpha().png().toBuffer();
});

function plain(width: number, height: number, background: string): Sharp {
  return sharp({ create: { width, height, channels: 4, background } });
}

async function measured(picture: Sharp | Buffer, original: Buffer | null = null): Promise<Measurements> {
  const made = await measurePicture(Buffer.isBuffer(picture) ? picture : await picture.png().toBuffer(), original);
  if (made === null) throw new Error('it does not decode');
  return made;
}

describe('of a picture', () => {
  test('size and bytes are those of the file, upright', async () => {
    const turned = await sharp(chart).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await measured(chart)).toMatchObject({ width: 600, height: 400, bytes: chart.length });
    expect(await measured(turned)).toMatchObject({ width: 400, height: 600 });
    expect((await measured(turned, await sharp(chart).rotate(90).png().toBuffer())).similarity).toBeGreaterThan(0.98);
  });

  test('the more it is blurred, the less sharp it is', async () => {
    const values: number[] = [];
    for (const sigma of [1, 2, 4, 8]) values.push((await measured(sharp(chart).blur(sigma))).sharpness);
    const all = [(await measured(chart)).sharpness, ...values];
    expect(all).toEqual(all.toSorted((a, b) => b - a));
    expect(all[0]).toBeGreaterThan(10 * (all[3] ?? 0));
  });

  test('it is as sharp in another colour space, depth or format', async () => {
    const { sharpness } = await measured(chart);
    const others = [
      sharp(chart).toColourspace('rgb16').png(),
      sharp(chart).webp({ lossless: true }),
      sharp(chart).ensureAlpha().png(),
      sharp(chart).tiff(),
    ];
    for (const other of others) {
      const value = (await measured(await other.toBuffer())).sharpness;
      expect(Math.abs(value / sharpness - 1)).toBeLessThan(0.05);
    }
  });

  test('one colour all over is blank, even as JPEG, and white on nothing is not', async () => {
    expect(await measured(plain(64, 64, '#123456'))).toMatchObject({ isBlank: true, sharpness: 0 });
    expect((await measured(await plain(64, 64, '#7a5').removeAlpha().jpeg({ quality: 60 }).toBuffer())).isBlank).toBe(
      true,
    );
    expect((await measured(plain(64, 64, 'transparent'))).isBlank).toBe(true);
    expect((await measured(chart)).isBlank).toBe(false);
    const subject = await plain(32, 32, 'white').png().toBuffer();
    const cutOut = plain(64, 64, 'transparent').composite([{ input: subject }]);
    expect(await measured(cutOut)).toMatchObject({ isBlank: false });
    const whiteGround = { r: 255, g: 255, b: 255, alpha: 0 };
    const onWhite = sharp(await plain(256, 512, 'white').png().toBuffer()).extend({
      right: 256,
      background: whiteGround,
    });
    expect(await measured(onWhite)).toMatchObject({ width: 512, isBlank: false });
    expect(await measured(sharp(chart).resize(512, 512).ensureAlpha(0))).toMatchObject({ isBlank: true });
  });

  test('light is the mean of its luma, and what is quite black or quite white is counted', async () => {
    expect((await measured(plain(40, 40, '#808080'))).meanLuminance).toBeCloseTo(128, 0);
    const black = await plain(256, 512, 'black').png().toBuffer();
    const half = await measured(plain(512, 512, '#808080').composite([{ input: black, gravity: 'west' }]));
    expect(half.clippedShare).toBeCloseTo(0.5, 1);
    expect(half.meanLuminance).toBeCloseTo(64, -1);
  });

  test('the see-through share is that of its area, and none where it has no alpha', async () => {
    const subject = await plain(256, 512, 'red').png().toBuffer();
    const cutOut = await measured(plain(512, 512, 'transparent').composite([{ input: subject, gravity: 'west' }]));
    expect(cutOut.transparentShare).toBeCloseTo(0.5, 2);
    expect(cutOut.clippedShare).toBe(0);
    expect(cutOut.meanLuminance).toBeCloseTo((0.299 * 255 + 255) / 2, 0);
    expect((await measured(sharp(chart).ensureAlpha())).transparentShare).toBe(0);
    expect((await measured(chart)).transparentShare).toBeNull();
  });
});

describe('likeness to the original', () => {
  test('is 1 for the same picture, and for the original itself', async () => {
    expect((await measured(chart, chart)).similarity).toBe(1);
    expect((await measured(chart)).similarity).toBe(1);
  });

  test('is nearly 1 at another size or in another encoding', async () => {
    expect((await measured(sharp(chart).resize(1200), chart)).similarity).toBeGreaterThan(0.98);
    expect((await measured(await sharp(chart).jpeg({ quality: 90 }).toBuffer(), chart)).similarity).toBeGreaterThan(
      0.98,
    );
  });

  test('falls with every change, and is low for another picture', async () => {
    const blurred = (await measured(sharp(chart).blur(8), chart)).similarity;
    const negative = (await measured(sharp(chart).negate(), chart)).similarity;
    expect(blurred).toBeLessThan(0.95);
    expect(negative).toBeLessThan(blurred);
    expect(negative).toBeGreaterThanOrEqual(0);
  });

  test('is 0 where the original does not decode', async () => {
    expect((await measured(chart, Buffer.from('no picture'))).similarity).toBe(0);
  });
});

describe('what can hardly be measured', () => {
  test.each(['', 'no picture', '<svg', '\x89PNG\r\n\x1a\n'])('%j does not decode', async (text) => {
    expect(await measurePicture(Buffer.from(text, 'latin1'), null)).toBeNull();
  });

  test('half a file does not decode', async () => {
    const jpeg = await sharp(chart).jpeg().toBuffer();
    expect(await measurePicture(jpeg.subarray(0, jpeg.length / 2), null)).toBeNull();
  });

  test('a picture of too many pixels is not decoded', async () => {
    const squares = (side: number) =>
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="${side / 2}" height="${side}"/></svg>`,
      );
    expect(await measurePicture(squares(100), null)).toMatchObject({ width: 100 });
    expect(await measurePicture(squares(10_001), null)).toBeNull();
  });

  test.each([
    [1, 1],
    [1, 9000],
    [9000, 1],
    [2, 3],
  ])('%d by %d pixels', async (width, height) => {
    const made = await measured(plain(width, height, '#456'), chart);
    expect(made).toMatchObject({ width, height, isBlank: true });
    expect(Object.values(made).every((value) => typeof value !== 'number' || Number.isFinite(value))).toBe(true);
  });
});
