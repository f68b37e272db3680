// Brings a picture to the size that was asked for; else to a ratio that was asked for; else to the one that the analysis saw.
import { ratioOf } from '../ratio.ts';
import type { Made, Work } from './made.ts';
import { pack, unpack } from './pixels.ts';
import { cover, largestPart, wantedExtent } from './shape.ts';

/** JPEG, or PNG where the original is see-through. */
export const resize: Work = async (original, requirements): Promise<Made> => {
  const pixels = await unpack(original, 'keep');
  const seen = requirements.analysis?.ratio ?? null;
  const wanted = wantedExtent(requirements, pixels) ?? (seen === null ? null : largestPart(ratioOf(seen), pixels));
  const { pixels: shaped, notes } = await cover(pixels, wanted);
  const said = wanted === null ? ['Neither a size nor a ratio was asked for: nothing was changed.'] : notes;
  if (shaped.channels === 4)
    return { data: await pack(shaped).png().toBuffer(), mediaType: 'image/png', preview: null, notes: said };
  const data = await pack(shaped).jpeg({ quality: 93, chromaSubsampling: '4:4:4' }).toBuffer();
  return { data, mediaType: 'image/jpeg', preview: null, notes: said };
};
