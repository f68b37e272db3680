// Takes out of a map of ones what is narrow: it is worn away from all sides, and what is left grows back.
import type { Extent } from './pixels.ts';

/** Of the shorter side, from the middle of a strait to its shore. */
const NARROWEST = 0.006;

/** Less what is narrower than a shadow is: a grey reflection along the rim of the subject must not let it in. */
export function withoutStraits(map: Uint8Array, extent: Extent): Uint8Array {
  const reach = Math.max(2, Math.round(Math.min(extent.width, extent.height) * NARROWEST));
  const core = spread(map, extent, reach, 0);
  return spread(core, extent, reach, 1).map((each, at) => each & (map[at] ?? 0));
}

/** Each value of the kind spreads over the square around it. */
function spread(map: Uint8Array, { width, height }: Extent, reach: number, value: 0 | 1): Uint8Array {
  const along = map.slice();
  for (let row = 0; row < height; row += 1) spreadLine(map, along, row * width, 1, width, reach, value);
  const both = along.slice();
  for (let column = 0; column < width; column += 1) spreadLine(along, both, column, width, height, reach, value);
  return both;
}

/** Once there and once back: whoever has met the value no more than `reach` steps ago takes it on. */
function spreadLine(
  from: Uint8Array,
  to: Uint8Array,
  start: number,
  step: number,
  count: number,
  reach: number,
  value: number,
): void {
  const last = start + (count - 1) * step;
  for (const [begin, by] of [
    [start, step],
    [last, -step],
  ] as const)
    for (let at = begin, since = reach + 1, nth = 0; nth < count; at += by, nth += 1) {
      since = from[at] === value ? 0 : since + 1;
      if (since <= reach) to[at] = value;
    }
}
