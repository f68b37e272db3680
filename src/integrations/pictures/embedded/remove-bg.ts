// The subject alone, on nothing: PNG with alpha. Only from plain backgrounds.
import { cutOut } from './cut-out.ts';
import type { Made, Work } from './made.ts';
import { pack, unpack } from './pixels.ts';
import { contain } from './shape.ts';

/** @throws OutsideFailure `background_not_plain` */
export const removeBackground: Work = async (original, requirements): Promise<Made> => {
  const cut = await cutOut(await unpack(original, 'flatten'));
  const { pixels, notes } = await contain(cut.subject, requirements);
  const data = await pack(pixels).png().toBuffer();
  return { data, mediaType: 'image/png', preview: null, notes: [...cut.notes, ...notes] };
};
