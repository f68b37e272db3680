// images: the embedded maker of pictures. `resize` against bare sharp with the same parameters; the other operations, which are mostly
// loops over pixels, against the same loops called bare, without provider and threads. Last the memory for one picture, in a process
// of its own, against bare sharp that enlarges and sharpens as `enhance` does.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { Operation } from '../src/domain/images/operation.ts';
import { Requirements } from '../src/domain/images/requirements.ts';
import { enhance } from '../src/integrations/pictures/embedded/enhance.ts';
import { fixOldPhoto } from '../src/integrations/pictures/embedded/fix-old-photo.ts';
import { layer } from '../src/integrations/pictures/embedded/layered.ts';
import type { Work } from '../src/integrations/pictures/embedded/made.ts';
import { removeBackground } from '../src/integrations/pictures/embedded/remove-bg.ts';
import { makeEmbedded } from '../src/integrations/pictures/embedded.ts';
import type { Bench, Scale } from './bench.ts';
import { type Figure, figureOf, interleave, perSecond, type Rounds, sideBySide } from './measurement.ts';

type Case = {
  readonly operation: Operation;
  readonly example: string;
  readonly count: number;
  readonly bare: Work | typeof bareResize;
};

const SIZE = { width: 800, height: 800 };
const CASES: readonly Case[] = [
  { operation: 'resize', example: 'photo', count: 16, bare: bareResize },
  { operation: 'enhance', example: 'photo-blurred', count: 2, bare: enhance },
  { operation: 'fix_old_photo', example: 'photo-old', count: 2, bare: fixOldPhoto },
  { operation: 'remove_bg', example: 'product', count: 2, bare: removeBackground },
  { operation: 'layered', example: 'product', count: 2, bare: layer },
];
/** As many as the maker makes side by side. */
const AT_ONCE = 2;

export const images: Bench = {
  name: 'images',
  says: 'pictures made on this machine, 1200 x 900; limit: bare sharp (resize), the same loops without threads (the others)',
  run: async (_services, scale) => {
    sharp.cache(false);
    sharp.concurrency(1);
    const figures: Figure[] = [];
    for (const each of CASES) figures.push(await compare(each, scale));
    return [...figures, await compareMemory(scale)];
  },
};

async function compare({ operation, example, count, bare }: Case, { rounds, divisor }: Scale): Promise<Figure> {
  const original = readExample(example);
  const requirements = requirementsOf(operation);
  const n = Math.max(2, Math.round(count / divisor));
  const embedded = makeEmbedded({ atOnce: AT_ONCE });
  const wish = { operation, original, mediaType: 'image/jpeg', requirements };
  const never = new AbortController().signal;
  const all = (work: () => Promise<unknown>) => perSecond(n, () => sideBySide(AT_ONCE, Array(n).fill(null), work));
  const measured = await interleave(
    rounds,
    () => all(() => embedded.make(wish, never)),
    () => all(() => bare(original, requirements)),
  );
  return figureOf({ name: `images-${operation}`, unit: 'pictures/s', n, target: null }, measured);
}

function bareResize(original: Buffer): Promise<Buffer> {
  return sharp(original, { failOn: 'error' })
    .rotate()
    .resize({ ...SIZE, fit: 'cover', position: sharp.strategy.attention, kernel: 'lanczos3' })
    .jpeg({ quality: 93, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

async function compareMemory({ rounds }: Scale): Promise<Figure> {
  const measured: Rounds<number> = await interleave(
    Math.min(3, rounds),
    () => peakOf('embedded'),
    () => peakOf('sharp'),
  );
  return figureOf({ name: 'images-memory', unit: 'MB, peak', n: 1, target: null }, measured);
}

/** Megabytes that a fresh process grew by. */
async function peakOf(maker: 'embedded' | 'sharp'): Promise<number> {
  const program = new URL('./image-peak.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [program, maker]);
  return Number(stdout);
}

function requirementsOf(operation: Operation): Requirements {
  return Requirements.parse(operation === 'resize' ? { size: SIZE } : {});
}

function readExample(name: string): Buffer {
  return readFileSync(new URL(`../examples/${name}.jpg`, import.meta.url));
}
