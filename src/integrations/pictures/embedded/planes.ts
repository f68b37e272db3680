// One number for each pixel, and the filters that work on such planes: means, extremes and blurs over squares around each pixel.
// All are separable, so a larger square costs no more (means) or little more (extremes).
import type { Extent, Pixels } from './pixels.ts';

export type Plane = Extent & { readonly values: Float32Array };

export function planeOf({ width, height }: Extent, value: (at: number) => number): Plane {
  const values = new Float32Array(width * height);
  for (let at = 0; at < values.length; at += 1) values[at] = value(at);
  return { width, height, values };
}

/** Brightness as screens weigh it (Rec. 709), 0-255. */
export function brightness({ data, width, height, channels }: Pixels): Plane {
  return planeOf({ width, height }, (at) => {
    const from = at * channels;
    return 0.2126 * (data[from] ?? 0) + 0.7152 * (data[from + 1] ?? 0) + 0.0722 * (data[from + 2] ?? 0);
  });
}

export function channel({ data, width, height, channels }: Pixels, index: 0 | 1 | 2): Plane {
  return planeOf({ width, height }, (at) => data[at * channels + index] ?? 0);
}

/** The mean over a square of 2 x reach + 1; at the border over what there is of it. */
export function mean(plane: Plane, reach: number): Plane {
  return downwards(
    along(plane, (from, to, start, step, count) => slide(from, to, start, step, count, reach)),
    (from, to, start, step, count) => slide(from, to, start, step, count, reach),
  );
}

/** Nearly Gaussian: three means in a row. */
export function blur(plane: Plane, sigma: number): Plane {
  const reach = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2));
  return mean(mean(mean(plane, reach), reach), reach);
}

/** The least or the greatest value in the square. */
export function extreme(plane: Plane, reach: number, which: 'least' | 'greatest'): Plane {
  const pick = which === 'least' ? Math.min : Math.max;
  const line: Line = (from, to, start, step, count) => {
    for (let nth = 0; nth < count; nth += 1) {
      const last = Math.min(count - 1, nth + reach);
      let best = from[start + nth * step] ?? 0;
      for (let other = Math.max(0, nth - reach); other <= last; other += 1)
        best = pick(best, from[start + other * step] ?? 0);
      to[start + nth * step] = best;
    }
  };
  return downwards(along(plane, line), line);
}

type Line = (from: Float32Array, to: Float32Array, start: number, step: number, count: number) => void;

function along({ width, height, values }: Plane, line: Line): Plane {
  const result = new Float32Array(values.length);
  for (let row = 0; row < height; row += 1) line(values, result, row * width, 1, width);
  return { width, height, values: result };
}

function downwards({ width, height, values }: Plane, line: Line): Plane {
  const result = new Float32Array(values.length);
  for (let column = 0; column < width; column += 1) line(values, result, column, width, height);
  return { width, height, values: result };
}

function slide(from: Float32Array, to: Float32Array, start: number, step: number, count: number, reach: number): void {
  let [sum, held] = [0, 0];
  for (let nth = 0; nth < Math.min(reach, count); nth += 1, held += 1) sum += from[start + nth * step] ?? 0;
  for (let nth = 0; nth < count; nth += 1) {
    if (nth + reach < count) {
      sum += from[start + (nth + reach) * step] ?? 0;
      held += 1;
    }
    if (nth > reach) {
      sum -= from[start + (nth - reach - 1) * step] ?? 0;
      held -= 1;
    }
    to[start + nth * step] = sum / held;
  }
}
