// How grainy and how blurred a picture is, from its brightness alone.
import { type Plane, planeOf } from './planes.ts';

const MOST_GRAIN = 10;
const SAMPLES = 20_000;
/** Pixels that are looked at on either side of a step. */
const BESIDE = 4;

/** The standard deviation of the grain, 0-255. Also looked for at half the size: JPEG smooths the finest grain and leaves the coarser. */
export function grainOf(plane: Plane): number {
  return Math.min(MOST_GRAIN, Math.max(finestGrain(plane), 2 * finestGrain(halved(plane))));
}

function halved({ width, height, values }: Plane): Plane {
  const [columns, rows] = [width >> 1, height >> 1];
  return planeOf({ width: columns, height: rows }, (at) => {
    const from = 2 * Math.floor(at / columns) * width + 2 * (at % columns);
    const below = from + width;
    return ((values[from] ?? 0) + (values[from + 1] ?? 0) + (values[below] ?? 0) + (values[below + 1] ?? 0)) / 4;
  });
}

/** After Immerkaer (1996), by the median, so that edges do not count as grain. */
function finestGrain({ width, height, values }: Plane): number {
  const found: number[] = [];
  const every = Math.max(1, Math.floor((width * height) / SAMPLES));
  for (let at = width + 1; at < width * (height - 1) - 1; at += every) {
    if (at % width === 0 || at % width === width - 1) continue;
    const value = (offset: number) => values[at + offset] ?? 0;
    const corners = value(-width - 1) + value(-width + 1) + value(width - 1) + value(width + 1);
    const sides = value(-width) + value(width) + value(-1) + value(1);
    found.push(Math.abs(4 * value(0) - 2 * sides + corners));
  }
  return (Float32Array.from(found).sort()[found.length >> 1] ?? 0) / (6 * 0.6745);
}

/** 0 (crisp) to 1: how much of a change in brightness lies outside its steepest two pixels, over all places where it is steep. */
export function blurOf({ width, height, values }: Plane, grain: number): number {
  let [steps, changes] = [0, 0];
  for (let row = 0; row < height; row += 2)
    for (let at = row * width + BESIDE + 1; at < (row + 1) * width - BESIDE - 1; at += 1) {
      const step = Math.abs((values[at + 1] ?? 0) - (values[at - 1] ?? 0));
      if (step < 8 + 4 * grain) continue;
      const wide = Math.abs((values[at + 1 + BESIDE] ?? 0) - (values[at - 1 - BESIDE] ?? 0));
      steps += step;
      changes += Math.max(step, wide);
    }
  return steps === 0 ? 0 : 1 - steps / changes;
}
