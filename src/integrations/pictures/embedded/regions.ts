// Which pixels hang together: each is a neighbour of the four beside, above and below it.
import type { Extent } from './pixels.ts';

/** The connected regions of all pixels that belong. */
export function regionsOf({ width, height }: Extent, belongs: (at: number) => boolean): number[][] {
  const isLeft = Uint8Array.from({ length: width * height }, (_, at) => Number(belongs(at)));
  const regions: number[][] = [];
  for (let start = 0; start < isLeft.length; start += 1) {
    if (isLeft[start] !== 1) continue;
    const region: number[] = [];
    const enter = (at: number) => {
      if (isLeft[at] !== 1) return;
      isLeft[at] = 0;
      region.push(at);
    };
    enter(start);
    for (let nth = 0; nth < region.length; nth += 1) visitNeighbours(region[nth] ?? 0, width, enter);
    regions.push(region);
  }
  return regions;
}

/** May visit places above and below the picture, where a typed array holds nothing. */
export function visitNeighbours(at: number, width: number, visit: (at: number) => void): void {
  const x = at % width;
  if (x > 0) visit(at - 1);
  if (x < width - 1) visit(at + 1);
  visit(at - width);
  visit(at + width);
}
