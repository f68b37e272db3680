// Takes grain off and makes edges crisp, without the light rims that sharpening leaves: grain by a guided filter (He and others
// 2010), which keeps edges; then each pixel moves away from its blurred neighbourhood, but no further than its neighbours go.
import type { Pixels } from './pixels.ts';
import { blur, brightness, channel, extreme, mean, type Plane, planeOf } from './planes.ts';

export type Clarity = {
  /** The standard deviation of the grain that is to go, 0-255. */
  readonly grain: number;
  /** How far an edge is spread, in pixels. */
  readonly spread: number;
  /** How strongly pixels move away from the blur. */
  readonly strength: number;
  /** Brightness far around each pixel, and how strongly pixels move away from that too. */
  readonly around: Plane;
  readonly contrast: number;
};

/** Rows of a strip: a thin one costs more margin, a thick one more memory. */
const STRIP = 384;
const MARGIN = 24;
/** How far a sharpened pixel may go beyond its neighbours, 0-255. */
const BEYOND = 2;
/** Edges spread wider than this have no detail from pixel to pixel: what looks like it is grain, and would make them ragged. */
const FINE = 1.5;

export function clarify(pixels: Pixels, clarity: Clarity): Pixels {
  const { width, height, channels } = pixels;
  const data = new Uint8Array(pixels.data.length);
  for (let top = 0; top < height; top += STRIP) {
    const [from, to] = [Math.max(0, top - MARGIN), Math.min(height, top + STRIP + MARGIN)];
    const around = { width, height: to - from, values: clarity.around.values.subarray(from * width, to * width) };
    const strip = {
      data: pixels.data.subarray(from * width * channels, to * width * channels),
      width,
      height: to - from,
      channels,
    };
    const clear = clarifyStrip(strip, { ...clarity, around });
    const skipped = (top - from) * width * channels;
    data.set(
      clear.subarray(skipped, skipped + Math.min(STRIP, height - top) * width * channels),
      top * width * channels,
    );
  }
  return { ...pixels, data };
}

function clarifyStrip(strip: Pixels, clarity: Clarity): Uint8Array {
  const calm = withoutGrain(strip, clarity.grain);
  const bright = planeOf(
    strip,
    (at) =>
      0.2126 * (calm[0].values[at] ?? 0) + 0.7152 * (calm[1].values[at] ?? 0) + 0.0722 * (calm[2].values[at] ?? 0),
  );
  const moved = sharpened(bright, clarity);
  const data = new Uint8Array(strip.data.length);
  for (let at = 0; at < moved.values.length; at += 1) {
    const by = (moved.values[at] ?? 0) - (bright.values[at] ?? 0);
    for (const [index, plane] of calm.entries())
      data[at * strip.channels + index] = Math.min(255, Math.max(0, Math.round((plane.values[at] ?? 0) + by)));
  }
  return data;
}

function sharpened(bright: Plane, { spread, strength, around, contrast, grain }: Clarity): Plane {
  const fine = spread < FINE ? bright : mean(bright, 1);
  const soft = blur(fine, spread);
  const reach = Math.max(1, Math.round(1.5 * spread));
  const [least, greatest] = [extreme(fine, reach, 'least'), extreme(fine, reach, 'greatest')];
  return planeOf(bright, (at) => {
    const own = bright.values[at] ?? 0;
    const [low, high] = [least.values[at] ?? 0, greatest.values[at] ?? 0];
    // What is left of the grain is not to be sharpened: only where more happens around a pixel than grain does.
    const sure = Math.min(1, Math.max(0, (high - low - 1.5 * grain) / (12 + 4 * grain)));
    const base = own + sure * ((fine.values[at] ?? 0) - own);
    const crisp = base + strength * sure * (base - (soft.values[at] ?? 0));
    const bound = sure === 0 ? own : Math.min(high + BEYOND, Math.max(low - BEYOND, crisp));
    return bound + contrast * (own - (around.values[at] ?? own));
  });
}

/** Each colour follows the brightness where that has an edge, and is averaged where it has none. */
function withoutGrain(strip: Pixels, grain: number): readonly [Plane, Plane, Plane] {
  const colours = [channel(strip, 0), channel(strip, 1), channel(strip, 2)] as const;
  if (grain < 0.6) return colours;
  const guide = brightness(strip);
  const reach = 3;
  const centre = mean(guide, reach);
  const square = mean(
    planeOf(strip, (at) => (guide.values[at] ?? 0) ** 2),
    reach,
  );
  const noise = (1.25 * grain) ** 2;
  const [red, green, blue] = colours.map((colour) => guided(colour, guide, centre, square, noise, reach));
  return [red ?? colours[0], green ?? colours[1], blue ?? colours[2]];
}

function guided(colour: Plane, guide: Plane, centre: Plane, square: Plane, noise: number, reach: number): Plane {
  const own = mean(colour, reach);
  const both = mean(
    planeOf(guide, (at) => (guide.values[at] ?? 0) * (colour.values[at] ?? 0)),
    reach,
  );
  const slope = planeOf(guide, (at) => {
    const middle = centre.values[at] ?? 0;
    const spread = Math.max(0, (square.values[at] ?? 0) - middle * middle);
    return ((both.values[at] ?? 0) - middle * (own.values[at] ?? 0)) / (spread + noise);
  });
  const rest = planeOf(guide, (at) => (own.values[at] ?? 0) - (slope.values[at] ?? 0) * (centre.values[at] ?? 0));
  const [slopes, rests] = [mean(slope, reach), mean(rest, reach)];
  return planeOf(guide, (at) => (slopes.values[at] ?? 0) * (guide.values[at] ?? 0) + (rests.values[at] ?? 0));
}
