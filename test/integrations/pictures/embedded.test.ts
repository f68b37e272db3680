// The embedded maker on the example pictures: each operation does measurably what it is for, says so when it cannot, and leaves the
// process free meanwhile.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readLayers } from '../../../scripts/docs/psd-layers.ts';
import type { Operation } from '../../../src/domain/images/operation.ts';
import { Requirements } from '../../../src/domain/images/requirements.ts';
import { makeEmbedded } from '../../../src/integrations/pictures/embedded.ts';
import type { Picture } from '../../../src/integrations/pictures/provider.ts';
import { blank, drawn, example, part, small } from './originals.ts';

const embedded = makeEmbedded();

function make(
  operation: Operation,
  original: Buffer,
  wishes: Partial<Requirements> = {},
  signal = new AbortController().signal,
): Promise<Picture> {
  const requirements = Requirements.parse(wishes);
  return embedded.make({ operation, original, mediaType: 'image/jpeg', requirements }, signal);
}

async function rawOf(picture: Buffer) {
  return sharp(picture).raw().toBuffer({ resolveWithObject: true });
}

describe('enhance', () => {
  test('makes a blurred picture crisper and twice as large, and takes its grain off', async () => {
    const original = await part('photo-blurred');
    const { data, mediaType, notes } = await make('enhance', original);
    const { width, height } = await sharp(data).metadata();
    expect([mediaType, width, height]).toEqual(['image/jpeg', 960, 720]);
    expect(await steepest(data)).toBeGreaterThan(1.25 * (await steepest(original)));
    expect(await grainOfWall(data)).toBeLessThan(0.7 * (await grainOfWall(original)));
    expect(notes.join(' ')).toContain('From 480x360 to 960x720 pixels');
  });

  test('leaves no rim of light: nothing becomes much brighter or darker than what was near it', async () => {
    const disc = '<path fill="#777" d="M0 0h200v150H0z"/><circle cx="100" cy="75" r="50" fill="#333"/>';
    const original = await sharp(await drawn(200, 150, disc))
      .blur(2)
      .png()
      .toBuffer();
    const { data } = await make('enhance', original);
    const { min, max } =
      (await sharp(data).extract({ left: 80, top: 60, width: 240, height: 180 }).stats()).channels[0] ?? {};
    expect(max).toBeLessThan(0x77 + 16);
    expect(min).toBeGreaterThan(0x33 - 16);
  });

  test('has the ratio that was asked for by name, not the one that was seen', async () => {
    const analysis = {
      complexity: 'normal',
      ratio: '1:1',
      prompt: null,
      perspective: null,
      subject: null,
      quality: null,
    } as const;
    const seen = await sharp((await make('enhance', await small('photo', 120), { analysis })).data).metadata();
    expect(seen.width / seen.height).toBeCloseTo(4 / 3, 2);
    const asked = await sharp((await make('enhance', await small('photo', 120), { ratio: '1:1' })).data).metadata();
    expect(asked.width / asked.height).toBeCloseTo(1, 2);
  });
});

describe('resize', () => {
  test.each([
    ['a size', { size: { width: 333, height: 111 } }, [333, 111]],
    ['a ratio: the largest part that has it', { ratio: '1:1' }, [360, 360]],
    ['a ratio of more height', { ratio: '9:16' }, [203, 360]],
    ['nothing', {}, [480, 360]],
  ] as const)('to %s', async (_name, wishes, size) => {
    const { data } = await make('resize', await small('photo'), wishes);
    const { width, height } = await sharp(data).metadata();
    expect([width, height]).toEqual(size);
  });
});

describe('fix_old_photo', () => {
  test('mends scratches and brings tones and colours back to those of the photograph that it was', async () => {
    const original = example('photo-old');
    const { data, notes } = await make('fix_old_photo', original);
    expect(await scratchesIn(data)).toBeLessThan(0.25 * (await scratchesIn(original)));
    expect(await offFromPhoto(data)).toBeLessThan(0.6 * (await offFromPhoto(original)));
    expect(notes.join(' ')).toContain('Scratches and dust were mended');
  });

  test('takes the yellow cast off what was white', async () => {
    const original = example('photo-old');
    const { data } = await make('fix_old_photo', original);
    expect(await castOf(data)).toBeLessThan(0.6 * (await castOf(original)));
  });
});

describe('remove_bg', () => {
  test('leaves the subject on nothing, with a soft edge and the hole of the handle open', async () => {
    const { data, mediaType } = await make('remove_bg', await small('product'));
    const { data: raw, info } = await rawOf(data);
    expect([mediaType, info.width, info.height, info.channels]).toEqual(['image/png', 480, 360, 4]);
    const alpha = (x: number, y: number) => raw[(Math.round(y * 360) * 480 + Math.round(x * 480)) * 4 + 3];
    expect([alpha(0.48, 0.55), alpha(0.4, 0.22), alpha(0.24, 0.5), alpha(0.6, 0.85)]).toEqual([255, 0, 0, 0]);
    const shares = [0, 0, 0];
    for (let at = 3; at < raw.length; at += 4) {
      const kind = raw[at] === 0 ? 0 : raw[at] === 255 ? 1 : 2;
      shares[kind] = (shares[kind] ?? 0) + 4 / raw.length;
    }
    expect(shares[1]).toBeGreaterThan(0.15);
    expect(shares[1]).toBeLessThan(0.22);
    expect(shares[2]).toBeGreaterThan(0.001);
    expect(shares[2]).toBeLessThan(0.035);
  });

  test('takes the light of the background out of the edge: none is left on black', async () => {
    const disc = '<path fill="#f4f4f4" d="M0 0h200v150H0z"/><circle cx="100" cy="75" r="50" fill="#204080"/>';
    const { data } = await make('remove_bg', await drawn(200, 150, disc));
    const onBlack = await rawOf(await sharp(data).flatten({ background: '#000' }).png().toBuffer());
    const brightest = [0, 1, 2].map((colour) => Math.max(...onBlack.data.filter((_, at) => at % 3 === colour)));
    for (const [index, value] of [0x20, 0x40, 0x80].entries()) expect(brightest[index]).toBeLessThan(value + 12);
  });

  test('shows the whole subject where another size is asked for', async () => {
    const { data } = await make('remove_bg', await small('product', 240), { size: { width: 300, height: 300 } });
    const { width, height } = await sharp(data).metadata();
    expect([width, height]).toEqual([300, 300]);
    const { info } = await sharp(data).trim().toBuffer({ resolveWithObject: true });
    expect(Math.abs(info.width / info.height / (780 / 495) - 1)).toBeLessThan(0.06);
  });

  const gradient =
    '<linearGradient id="g" x2="1" y2="1"><stop stop-color="#fa4"/><stop offset="1" stop-color="#24a"/></linearGradient>';
  test.each([
    ['a still life in a room', () => small('photo', 240)],
    [
      'a gradient',
      () => drawn(200, 150, `${gradient}<path fill="url(#g)" d="M0 0h200v150H0z"/><circle cx="100" cy="75" r="40"/>`),
    ],
    ['an empty page', () => blank(200, 150)],
    [
      'hardly any background',
      () => drawn(200, 150, '<path fill="#fff" d="M0 0h200v150H0z"/><path d="M3 2h194v146H3z"/>'),
    ],
  ])('refuses %s', async (_name, picture) => {
    const original = await picture();
    for (const operation of ['remove_bg', 'layered'] as const)
      await expect(make(operation, original)).rejects.toMatchObject({ kind: 'refused', code: 'background_not_plain' });
  });
});

describe('layered', () => {
  test('writes a document with the subject, its shadow, the background and, hidden, the original', async () => {
    const original = await small('product');
    const { data, mediaType, preview } = await make('layered', original);
    expect(mediaType).toBe('image/vnd.adobe.photoshop');
    const layers = readLayers(data);
    expect(layers.map(({ name, isHidden }) => [name, isHidden])).toEqual([
      ['主体 Subject', false],
      ['阴影 Shadow', false],
      ['背景 Background', false],
      ['原图 Original', true],
    ]);
    const middle = (layer: number) => [
      ...(layers[layer]?.data.slice((198 * 480 + 230) * 4, (198 * 480 + 230) * 4 + 4) ?? []),
    ];
    expect([middle(0)[3], middle(1)[3], middle(2)[3]]).toEqual([255, 0, 255]);
    expect(Math.min(...middle(2))).toBeGreaterThan(200);
    expect(layers[3]).toMatchObject({ width: 480, height: 360 });
    const shown = await sharp(preview ?? data).metadata();
    expect([shown.format, shown.width, shown.height, shown.hasAlpha]).toEqual(['png', 480, 360, false]);
  });

  test('its layers together look like the original', async () => {
    const original = await small('product');
    const { preview } = await make('layered', original);
    const [before, after] = [await rawOf(original), await rawOf(preview ?? original)];
    const off = before.data.map((value, at) => Math.abs(value - (after.data[at] ?? 0)));
    expect(off.reduce((sum, each) => sum + each, 0) / off.length).toBeLessThan(4);
  });
});

describe('what cannot be worked on', () => {
  test.each([
    ['junk', async () => Buffer.from('junk'), 'not_a_picture'],
    ['half a picture', async () => example('photo').subarray(0, 60_000), 'not_a_picture'],
    ['one pixel', async () => blank(1, 1), 'too_small'],
  ])('%s', async (_name, picture, code) => {
    await expect(make('enhance', await picture())).rejects.toMatchObject({ kind: 'permanent', code });
  });
});

describe('the process', () => {
  test('is never held up while pictures are made', async () => {
    const original = example('product');
    await make('resize', original, { ratio: '1:1' });
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await Promise.all([make('layered', original), make('enhance', original)]);
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(200);
  });

  test('whoever stops waiting is told at once, and the next one is served', async () => {
    const one = makeEmbedded({ atOnce: 1 });
    const stop = new AbortController();
    const wish = {
      operation: 'enhance',
      original: example('photo'),
      mediaType: 'image/jpeg',
      requirements: Requirements.parse({}),
    } as const;
    const working = one.make(wish, stop.signal);
    const waiting = one.make({ ...wish, operation: 'resize' }, new AbortController().signal);
    const begun = performance.now();
    stop.abort();
    await expect(working).rejects.toMatchObject({ kind: 'retryable', code: 'aborted' });
    expect(performance.now() - begun).toBeLessThan(1000);
    expect((await waiting).mediaType).toBe('image/jpeg');
    await expect(one.make(wish, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  });

  test('the same picture is made again byte for byte', async () => {
    const original = await small('product', 240);
    const [first, second] = await Promise.all([make('layered', original), make('layered', original)]);
    expect(first.data.equals(second.data)).toBe(true);
  });
});

/** The steepest step between neighbours at one scale: of all steps that which one in two hundred exceeds. */
async function steepest(picture: Buffer): Promise<number> {
  const { data } = await sharp(picture).resize(480).greyscale().raw().toBuffer({ resolveWithObject: true });
  const steps = data.map((value, at) => Math.abs(value - (data[at + 1] ?? value))).sort();
  return steps[Math.floor(steps.length * 0.995)] ?? 0;
}

/** How much brightness differs from pixel to pixel on a piece of wall, where there is nothing to see. */
async function grainOfWall(picture: Buffer): Promise<number> {
  const same = await sharp(picture).resize(480).png().toBuffer();
  const wall = await sharp(same).extract({ left: 410, top: 10, width: 50, height: 40 }).png().toBuffer();
  return (await sharp(wall).stats()).sharpness;
}

/** The share of pixels that stand out from the median around them as scratches do. */
async function scratchesIn(picture: Buffer): Promise<number> {
  const grey = await sharp(picture).greyscale().raw().toBuffer();
  const around = await sharp(picture).greyscale().median(9).raw().toBuffer();
  return grey.filter((value, at) => value - (around[at] ?? 0) > 30).length / grey.length;
}

/** How far red lies above blue on the collar of the jug, which is white. */
async function castOf(picture: Buffer): Promise<number> {
  const collar = await sharp(picture).extract({ left: 400, top: 170, width: 120, height: 35 }).png().toBuffer();
  const [red, , blue] = (await sharp(collar).stats()).channels;
  return (red?.mean ?? 0) - (blue?.mean ?? 0);
}

/** The mean distance of its colours from those of the photograph, 0-255. */
async function offFromPhoto(picture: Buffer): Promise<number> {
  const [own, photo] = [await rawOf(await coarse(picture)), await rawOf(await coarse(example('photo')))];
  return own.data.reduce((sum, value, at) => sum + Math.abs(value - (photo.data[at] ?? 0)), 0) / own.data.length;
}

function coarse(picture: Buffer): Promise<Buffer> {
  return sharp(picture).resize(120).png().toBuffer();
}
