// Makes a picture clearer: less grain, crisper edges, more contrast in small parts, twice the pixels. It brings out what is there;
// it invents nothing, so what was blurred away stays away.
import { clarify } from './clarity.ts';
import { blurOf, grainOf } from './grain.ts';
import type { Made, Work } from './made.ts';
import { type Extent, pack, step, unpack } from './pixels.ts';
import { brightness } from './planes.ts';
import { cover, wantedExtent } from './shape.ts';
import { surroundings } from './surroundings.ts';

const MOST_PIXELS = 40_000_000;
const LONGEST_SIDE = 8000;
const CONTRAST = 0.16;
const VERY_BLURRED = 0.5;

export const enhance: Work = async (original, requirements): Promise<Made> => {
  const pixels = await unpack(original, 'flatten');
  const bright = brightness(pixels);
  const grain = grainOf(bright);
  const blurred = blurOf(bright, grain);
  const around = await surroundings(pixels);
  const clear = clarify(pixels, {
    grain,
    spread: 0.8 + 2 * blurred,
    strength: 0.5 + 4 * blurred,
    around,
    contrast: CONTRAST,
  });
  const wanted = wantedExtent(requirements, pixels);
  const larger = wanted === null ? await step(clear, (picture) => picture.resize(twice(clear))) : clear;
  const { pixels: shaped, notes } = await cover(larger, wanted);
  const data = await pack(shaped)
    .sharpen({ sigma: 0.8, m1: 0.3, m2: 0.8 })
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const said = [
    `Grain of about ${grain.toFixed(1)} of 255 was taken off; edges were made crisper, small parts richer in contrast.`,
    ...(larger === clear ? [] : [`From ${clear.width}x${clear.height} to ${larger.width}x${larger.height} pixels.`]),
    ...(blurred > VERY_BLURRED ? ['The original is blurred: what it does not show cannot be brought back.'] : []),
  ];
  return { data, mediaType: 'image/jpeg', preview: null, notes: [...said, ...notes] };
};

function twice({ width, height }: Extent) {
  const factor = Math.min(2, LONGEST_SIDE / Math.max(width, height), Math.sqrt(MOST_PIXELS / (width * height)));
  const kernel = 'lanczos3' as const;
  return factor <= 1
    ? { width, height, kernel }
    : { width: Math.floor(width * factor), height: Math.floor(height * factor), kernel };
}
