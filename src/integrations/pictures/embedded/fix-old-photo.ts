// Freshens up an old photograph: marks are mended, faded tones and the yellow cast go, colours and edges come back.
import { clarify } from './clarity.ts';
import { grainOf } from './grain.ts';
import type { Made, Work } from './made.ts';
import { mend } from './mend.ts';
import { atMost, pack, step, unpack } from './pixels.ts';
import { brightness } from './planes.ts';
import { cover, wantedExtent } from './shape.ts';
import { surroundings } from './surroundings.ts';
import { faded } from './tones.ts';

/** More would show nothing but the paper; and medians of wide squares take minutes for it. */
const MOST_PIXELS = 12_000_000;
const SATURATION = 1.35;

export const fixOldPhoto: Work = async (original, requirements): Promise<Made> => {
  const whole = await unpack(original, 'flatten');
  const pixels = await atMost(whole, MOST_PIXELS);
  const { pixels: mended, share } = await mend(pixels, grainOf(brightness(pixels)));
  const { factors, offsets } = await faded(mended);
  const balanced = await step(mended, (picture) => picture.linear([...factors], [...offsets]));
  // A step of its own: within one, the library would saturate the cast first.
  const fresh = await step(balanced, (picture) => picture.modulate({ saturation: SATURATION }));
  const around = await surroundings(fresh);
  const clear = clarify(fresh, {
    grain: 1.4 * grainOf(brightness(fresh)),
    spread: 1.6,
    strength: 1,
    around,
    contrast: 0.08,
  });
  const { pixels: shaped, notes } = await cover(clear, wantedExtent(requirements, clear));
  const data = await pack(shaped).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer();
  const said = [
    `Scratches and dust were mended on ${(share * 100).toFixed(1)} % of the picture.`,
    `Tones were stretched ${factors.map((factor) => factor.toFixed(1)).join(', ')} times (red, green, blue).`,
    ...(pixels === whole ? [] : [`Made smaller, to ${pixels.width}x${pixels.height} pixels.`]),
    'Wide cracks, tears and missing parts stay as they are.',
  ];
  return { data, mediaType: 'image/jpeg', preview: null, notes: [...said, ...notes] };
};
