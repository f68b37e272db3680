// From hard regions to a soft edge: along the subject each pixel is a mixture of it and of what lies behind. How much of each is
// found from the colours near by, and the background's part is taken out, so that no light rim is left on a dark page.
import { type Regions, SUBJECT } from './flood.ts';
import type { Pixels } from './pixels.ts';
import { mean, planeOf } from './planes.ts';

/** How many steps the mixture reaches inwards and outwards; and how deep a colour is sure to be one of the two. */
const WITHIN = 4;
export const BEYOND = 2;
const SURE_WITHIN = 5;
const SURE_BEYOND = 3;
/** Pixels, from the one that is looked at. */
const REACH = 7;
/** Below and above these shares a pixel is not mixed at all. */
const NOTHING = 0.06;
const WHOLE = 0.94;

/** The subject with alpha, on nothing. */
export function matte(pixels: Pixels, regions: Regions): Pixels {
  const { width, height, kind } = regions;
  const inside = depth(regions, (at) => kind[at] === SUBJECT);
  const outside = depth(regions, (at) => kind[at] !== SUBJECT);
  const isMixed = (at: number) => (inside[at] ?? 0) <= WITHIN && (outside[at] ?? 0) <= BEYOND;
  const data = new Uint8Array(width * height * 4);
  const alphas = planeOf(regions, (at) => Number(kind[at] === SUBJECT));
  for (let at = 0; at < kind.length; at += 1) {
    if (!isMixed(at)) {
      if (kind[at] === SUBJECT) data.set(colourAt(pixels, at), at * 4);
      continue;
    }
    const [colour, alpha] = unmixed(pixels, at, { inside, outside }, kind[at] === SUBJECT);
    alphas.values[at] = alpha;
    data.set(colour, at * 4);
  }
  // Grain makes the share differ from pixel to pixel along an edge; a mean of nine evens that out.
  const even = mean(alphas, 1);
  for (let at = 0; at < kind.length; at += 1)
    data[at * 4 + 3] = Math.round(255 * ((isMixed(at) ? even : alphas).values[at] ?? 0));
  return { data, width, height, channels: 4 };
}

type Colour = readonly [number, number, number];
type Depths = { readonly inside: Uint8Array; readonly outside: Uint8Array };

/** How many steps each pixel lies within those that belong, 1 at their rim, at most 255; 0 for all others. */
export function depth({ width, height }: Regions, belongs: (at: number) => boolean): Uint8Array {
  const steps = new Uint8Array(width * height);
  const deeper = (at: number, ...from: number[]) => {
    if (!belongs(at)) return;
    const before = from.map((each) => steps[each] ?? 254);
    steps[at] = Math.min(254, ...before) + 1;
  };
  for (let at = 0; at < steps.length; at += 1) {
    const x = at % width;
    deeper(at, x > 0 ? at - 1 : -1, at - width);
  }
  for (let at = steps.length - 1; at >= 0; at -= 1) {
    if (!belongs(at)) continue;
    const x = at % width;
    const [right, below] = [x < width - 1 ? (steps[at + 1] ?? 254) : 254, steps[at + width] ?? 254];
    steps[at] = Math.min(steps[at] ?? 255, right + 1, below + 1);
  }
  return steps;
}

function colourAt({ data, channels }: Pixels, at: number): Colour {
  const from = at * channels;
  return [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0];
}

function unmixed(pixels: Pixels, at: number, depths: Depths, isSubject: boolean): readonly [Colour, number] {
  const own = colourAt(pixels, at);
  const front = near(pixels, at, depths.inside, SURE_WITHIN);
  const behind = near(pixels, at, depths.outside, SURE_BEYOND);
  if (front === null || behind === null) return [own, isSubject ? 1 : 0];
  const way = minus(front, behind);
  const length = dot(way, way);
  const share = length < 200 ? Number(isSubject) : dot(minus(own, behind), way) / length;
  const alpha = Math.min(1, Math.max(0, (share - NOTHING) / (WHOLE - NOTHING)));
  if (alpha === 1) return [own, alpha];
  const sure = Math.min(1, Math.max(0, (alpha - 0.3) / 0.6));
  const part = (index: 0 | 1 | 2) => {
    const clean = (own[index] - (1 - alpha) * behind[index]) / Math.max(alpha, 0.1);
    return Math.round(Math.min(255, Math.max(0, sure * clean + (1 - sure) * front[index])));
  };
  return [[part(0), part(1), part(2)], alpha];
}

/** The mean colour of the nearest pixels that are surely one of the two; null where there are none. */
function near(pixels: Pixels, at: number, depths: Uint8Array, sure: number): Colour | null {
  const { width, height } = pixels;
  const [x, y] = [at % width, Math.floor(at / width)];
  let [red, green, blue, weight] = [0, 0, 0, 0];
  for (let down = -REACH; down <= REACH; down += 1)
    for (let across = -REACH; across <= REACH; across += 1) {
      const [column, row] = [x + across, y + down];
      if (column < 0 || row < 0 || column >= width || row >= height) continue;
      const there = row * width + column;
      if ((depths[there] ?? 0) < sure) continue;
      const part = 1 / (across * across + down * down) ** 1.5;
      const from = there * pixels.channels;
      red += part * (pixels.data[from] ?? 0);
      green += part * (pixels.data[from + 1] ?? 0);
      blue += part * (pixels.data[from + 2] ?? 0);
      weight += part;
    }
  return weight === 0 ? null : [red / weight, green / weight, blue / weight];
}

function minus(a: Colour, b: Colour): Colour {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function dot(a: Colour, b: Colour): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
