// The embedded look at an original: measured on the examples, and on pictures of which one thing is known.
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { Analysis } from '../../../src/domain/images/requirements.ts';
import { analysePicture } from '../../../src/integrations/pictures/analyse.ts';
import { blank, type Example, example } from './originals.ts';

test.each([
  ['product', 'simple', 'good'],
  ['photo', 'normal', 'good'],
  ['photo-blurred', 'normal', 'blurred'],
  ['photo-old', 'normal', 'faded'],
] as const satisfies readonly (readonly [Example, string, string])[])(
  '%s is %s and %s',
  async (name, complexity, quality) => {
    const analysis = await analysePicture(example(name));
    expect(analysis).toMatchObject({ complexity, quality, ratio: '4:3', subject: null, prompt: null });
    expect(Analysis.parse(analysis)).toEqual(analysis);
  },
);

test.each([
  [300, 200, '3:2'],
  [200, 300, '2:3'],
  [192, 108, '16:9'],
  [1000, 1008, '1:1'],
  [90, 210, '9:21'],
  [100, 103, null],
  [400, 16, null],
])('%s x %s has the ratio %s', async (width, height, ratio) => {
  expect((await analysePicture(await blank(width, height))).ratio).toBe(ratio);
});

test('a picture that lies on its side has the ratio that one sees', async () => {
  const lying = await sharp(await blank(300, 200))
    .jpeg()
    .withMetadata({ orientation: 8 })
    .toBuffer();
  expect((await analysePicture(lying)).ratio).toBe('2:3');
});

test('noise and darkness are named', async () => {
  const noise = { type: 'gaussian', mean: 20, sigma: 25 } as const;
  const dark = await sharp({ create: { width: 600, height: 450, channels: 3, background: '#000', noise } })
    .png()
    .toBuffer();
  expect((await analysePicture(dark)).quality).toContain('noisy');
  expect((await analysePicture(dark)).quality).toContain('dark');
});

test.each([
  ['one pixel', async () => blank(1, 1)],
  ['a line', async () => blank(16, 2)],
])('%s is analysed too', async (_name, picture) => {
  expect((await analysePicture(await picture())).complexity).toBe('normal');
});

test('junk is refused', async () => {
  await expect(analysePicture(Buffer.from('junk'))).rejects.toMatchObject({ kind: 'permanent', code: 'not_a_picture' });
});
