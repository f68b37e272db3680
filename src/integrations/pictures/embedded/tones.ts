// Brings back faded tones: each colour is stretched over the whole range, which takes a cast of yellow or red away with it.
import { type Pixels, step } from './pixels.ts';

export type Tones = { readonly factors: readonly number[]; readonly offsets: readonly number[] };

/** Of all pixels; beyond them lie dust and glare. */
const ENDS = 0.006;
/** Where the ends are to lie, 0-255. */
const BLACK = 8;
const WHITE = 247;
/** A colour that hardly differs all over is not stretched until it is all grain. */
const MOST = 4;

export async function faded(pixels: Pixels): Promise<Tones> {
  const small = await step(pixels, (picture) => picture.resize(256, 256, { fit: 'inside' }).removeAlpha().median(3));
  const stretches = [0, 1, 2].map((index) => {
    const values = small.data.filter((_, at) => at % 3 === index).sort();
    const dark = values[Math.floor(values.length * ENDS)] ?? 0;
    const light = values[Math.ceil(values.length * (1 - ENDS)) - 1] ?? 255;
    const factor = Math.min(MOST, Math.max(1, (WHITE - BLACK) / Math.max(1, light - dark)));
    return { factor, offset: (WHITE + BLACK) / 2 - (factor * (light + dark)) / 2 };
  });
  return { factors: stretches.map(({ factor }) => factor), offsets: stretches.map(({ offset }) => offset) };
}
