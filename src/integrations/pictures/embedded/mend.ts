// Mends what lies on an old print: scratches, dust, cracks. A mark is thinner than what the picture shows and nearly white or nearly
// black; what lies around it is drawn over it. All else stays as it was to the bit.
import { type Pixels, step } from './pixels.ts';
import { brightness, channel, extreme, mean, type Plane, planeOf } from './planes.ts';
import { regionsOf } from './regions.ts';

export type Mended = { readonly pixels: Pixels /** Of all pixels, 0-1. */; readonly share: number };

/** Of a square that is at least twice as wide as a mark: then the mark is in the minority. */
const WINDOW = 9;
/** How far a mark stands out, 0-255, beyond what grain does. */
const LEAST_OFF = 12;
/** How far a mark fades out around itself, in pixels. */
const RIM = 2;
/** How far from a mark the colours are taken that are drawn over it. */
const AROUND = 4;
/** Of the square whose median straightens edges that were drawn over. */
const SMOOTH = 5;
/** Pixels. A longer dark line is more likely a twig or a hair than damage. */
const LARGEST_DUST = 40;
/** Marks go beyond these parts of the range from black to white. */
const BRIGHT = 0.58;
const DARK = 0.3;

export async function mend(pixels: Pixels, grain: number): Promise<Mended> {
  const around = await step(pixels, (picture) => picture.median(WINDOW));
  const found = marksOf(brightness(pixels), brightness(around), LEAST_OFF + 1.5 * grain);
  const marks = extreme(found, RIM, 'greatest');
  const rough = drawnOver(pixels, marks);
  const even = await step(rough, (picture) => picture.median(SMOOTH));
  const data = pixels.data.slice();
  for (const [at, mark] of marks.values.entries()) {
    const from = at * pixels.channels;
    if (mark === 1) data.set(even.data.subarray(from, from + pixels.channels), from);
  }
  const share = marks.values.reduce((sum, mark) => sum + mark, 0) / marks.values.length;
  return { pixels: { ...pixels, data }, share };
}

/** 1 where there is a mark. */
function marksOf(own: Plane, around: Plane, leastOff: number): Plane {
  const [black, white] = ends(own);
  const [bright, dark] = [black + BRIGHT * (white - black), black + DARK * (white - black)];
  const off = (at: number) => (own.values[at] ?? 0) - (around.values[at] ?? 0);
  const marks = planeOf(own, (at) => Number(off(at) > leastOff && (own.values[at] ?? 0) > bright));
  const isDark = (at: number) => off(at) < -leastOff && (own.values[at] ?? 255) < dark;
  const dust = regionsOf(own, isDark).filter(({ length }) => length <= LARGEST_DUST);
  for (const at of dust.flat()) marks.values[at] = 1;
  return marks;
}

/** Marks take the mean colour of what is no mark near them. */
function drawnOver(pixels: Pixels, marks: Plane): Pixels {
  const data = pixels.data.slice();
  const whole = planeOf(marks, (at) => 1 - (marks.values[at] ?? 0));
  const weight = mean(whole, AROUND);
  for (const index of [0, 1, 2] as const) {
    const colour = channel(pixels, index);
    const nearby = mean(
      planeOf(whole, (at) => (whole.values[at] ?? 0) * (colour.values[at] ?? 0)),
      AROUND,
    );
    for (const [at, mark] of marks.values.entries()) {
      const part = weight.values[at] ?? 0;
      if (mark === 1 && part > 0) data[at * pixels.channels + index] = Math.round((nearby.values[at] ?? 0) / part);
    }
  }
  return { ...pixels, data };
}

/** What one pixel in two hundred is darker than, and one in two hundred brighter. */
function ends({ values }: Plane): readonly [number, number] {
  const every = Math.max(1, Math.floor(values.length / 20_000));
  const sorted = values.filter((_, at) => at % every === 0).sort();
  return [sorted[Math.floor(sorted.length / 200)] ?? 0, sorted[Math.ceil(sorted.length * 0.995) - 1] ?? 255];
}
