// Which pixels are the background: it flows in from the border over whatever looks like it, then over soft shadows, then into holes
// that the subject encloses, such as that of a handle. Specks that are left over are not the subject.
import type { Background } from './background.ts';
import type { LabPlanes } from './perceptual.ts';
import type { Extent } from './pixels.ts';
import { mean, planeOf } from './planes.ts';
import { regionsOf, visitNeighbours } from './regions.ts';
import { withoutStraits } from './straits.ts';

export const BACKGROUND = 0;
export const SHADOW = 1;
export const SUBJECT = 2;

/** For each pixel one of the three. */
export type Regions = Extent & { readonly kind: Uint8Array; readonly holes: number };

/** In Oklab. A hue that differs by as much as a lightness is told apart more easily. */
const HUE_WEIGHT = 1.6;
const LEAST_TOLERANCE = 0.03;
const MOST_TOLERANCE = 0.07;
/** A shadow is darker by no more than this, of nearly the same hue, and has no edge: light changes little from pixel to pixel. */
const DARKEST_SHADOW = 0.45;
const SHADOW_HUE = 0.012;
const SHADOW_TINT = 0.05;
const SHADOW_EDGE = 0.022;
/** How far pixels on the shore of a shadow look around them. */
const SHORE = 3;
/** Holes and specks, as shares of the picture. */
const LEAST_HOLE = 0.0006;
const LEAST_SPECK = 0.0005;

export function flood(planes: LabPlanes, background: Background): Regions {
  const { width, height } = planes;
  const differences = differencesOf(planes, background);
  const tolerance = Math.min(MOST_TOLERANCE, Math.max(LEAST_TOLERANCE, 3.5 * background.grain));
  const kind = new Uint8Array(width * height).fill(SUBJECT);
  const looksAlike = (at: number) => (differences.all[at] ?? 1) < tolerance;
  flow({ width, height, kind }, border({ width, height }), looksAlike, BACKGROUND);
  const edge = edgesOf(differences.lighter, planes);
  const mayBe = Uint8Array.from(kind, (each, at) =>
    Number(each === BACKGROUND || looksAlike(at) || isSoftShadow(differences, edge, at)),
  );
  const wide = withoutStraits(mayBe, planes);
  flow({ width, height, kind }, shore(kind, width), (at) => wide[at] === 1, SHADOW);
  for (const [at, each] of kind.entries()) if (each === SHADOW && looksAlike(at)) kind[at] = BACKGROUND;
  straightenShore({ width, height, kind });
  const holes = openHoles({ width, height, kind }, differences.all, tolerance);
  dropSpecks({ width, height, kind });
  return { width, height, kind, holes };
}

type Differences = { readonly all: Float32Array; readonly lighter: Float32Array; readonly hue: Float32Array };
type Kinds = Extent & { readonly kind: Uint8Array };

/** From the background, each smoothed over three by three, so that grain does not count. */
function differencesOf(planes: LabPlanes, { colourAt }: Background): Differences {
  const { width, height, lightness, greenRed, blueYellow } = planes;
  const size = width * height;
  const [light, red, blue] = [new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  for (let at = 0; at < size; at += 1) {
    const behind = colourAt(at % width, Math.floor(at / width));
    light[at] = (lightness[at] ?? 0) - behind[0];
    red[at] = (greenRed[at] ?? 0) - behind[1];
    blue[at] = (blueYellow[at] ?? 0) - behind[2];
  }
  const [lighter, redder, bluer] = [light, red, blue].map((plane) => smoothed(plane, planes));
  const hue = Float32Array.from(redder ?? red, (each, at) => Math.hypot(each, bluer?.[at] ?? 0));
  const all = Float32Array.from(lighter ?? light, (each, at) => Math.hypot(each, HUE_WEIGHT * (hue[at] ?? 0)));
  return { all, lighter: lighter ?? light, hue };
}

function smoothed(plane: Float32Array, { width, height }: Extent): Float32Array {
  const along = new Float32Array(plane.length);
  const both = new Float32Array(plane.length);
  const mean = (of: Float32Array, at: number, before: number, after: number) =>
    ((of[at - before] ?? 0) + (of[at] ?? 0) + (of[at + after] ?? 0)) / 3;
  for (let at = 0; at < plane.length; at += 1) {
    const x = at % width;
    along[at] = mean(plane, at, x > 0 ? 1 : 0, x < width - 1 ? 1 : 0);
  }
  for (let at = 0; at < plane.length; at += 1)
    both[at] = mean(along, at, at >= width ? width : 0, at < (height - 1) * width ? width : 0);
  return both;
}

/** How steeply the lightness changes at each pixel. */
function edgesOf(lighter: Float32Array, extent: Extent): Float32Array {
  const even = smoothed(smoothed(lighter, extent), extent);
  const { width } = extent;
  return Float32Array.from(even, (here, at) => {
    const across = (even[at + 1] ?? here) - (even[at - 1] ?? here);
    const down = (even[at + width] ?? here) - (even[at - width] ?? here);
    return Math.hypot(across, down) / 2;
  });
}

function isSoftShadow({ lighter, hue }: Differences, edge: Float32Array, at: number): boolean {
  const darker = -(lighter[at] ?? 0);
  if (darker < 0 || darker > DARKEST_SHADOW || (edge[at] ?? 1) > SHADOW_EDGE) return false;
  return (hue[at] ?? 1) < SHADOW_HUE + SHADOW_TINT * darker;
}

/** Turns SUBJECT into `to`, from the seeds over all neighbours that are let in. */
function flow({ width, kind }: Kinds, seeds: readonly number[], letIn: (at: number) => boolean, to: number): void {
  const front = seeds.filter((at) => kind[at] !== SUBJECT || letIn(at));
  for (const at of front) if (kind[at] === SUBJECT) kind[at] = to;
  const enter = (at: number) => {
    if (kind[at] !== SUBJECT || !letIn(at)) return;
    kind[at] = to;
    front.push(at);
  };
  for (let at = front.pop(); at !== undefined; at = front.pop()) visitNeighbours(at, width, enter);
}

function border({ width, height }: Extent): number[] {
  const rows = Array.from({ length: width }, (_, x) => [x, (height - 1) * width + x]);
  const columns = Array.from({ length: height }, (_, y) => [y * width, y * width + width - 1]);
  return [...rows, ...columns].flat();
}

/** The background's pixels next to those that may be the subject. */
function shore(kind: Uint8Array, width: number): number[] {
  const found: number[] = [];
  for (let at = 0; at < kind.length; at += 1) {
    if (kind[at] !== BACKGROUND) continue;
    const isShore = [at - 1, at + 1, at - width, at + width].some((next) => kind[next] === SUBJECT);
    if (isShore) found.push(at);
  }
  return found;
}

/** Grain in a shadow leaves the subject's foot ragged there: each pixel goes with most of those around it. */
function straightenShore({ width, height, kind }: Kinds): void {
  const extent = { width, height };
  const subject = mean(
    planeOf(extent, (at) => Number(kind[at] === SUBJECT)),
    SHORE,
  );
  const shadow = mean(
    planeOf(extent, (at) => Number(kind[at] === SHADOW)),
    SHORE,
  );
  for (const [at, each] of kind.entries())
    if (each !== BACKGROUND && (shadow.values[at] ?? 0) > 0.1)
      kind[at] = (subject.values[at] ?? 0) > 0.5 ? SUBJECT : SHADOW;
}

/** Only what is as even as the background itself, and of its very colour: a white label on a white page is to stay. */
function openHoles(kinds: Kinds, differences: Float32Array, tolerance: number): number {
  const { kind } = kinds;
  const strict = 0.6 * tolerance;
  const isEmpty = (at: number) => kind[at] === SUBJECT && (differences[at] ?? 1) < strict;
  const holes = regionsOf(kinds, isEmpty).filter((region) => region.length > LEAST_HOLE * kind.length);
  for (const hole of holes) for (const at of hole) kind[at] = BACKGROUND;
  for (const hole of holes) flow(kinds, hole, (at) => (differences[at] ?? 1) < tolerance, BACKGROUND);
  return holes.length;
}

function dropSpecks(kinds: Kinds): void {
  const { kind } = kinds;
  for (const region of regionsOf(kinds, (at) => kind[at] === SUBJECT))
    if (region.length < LEAST_SPECK * kind.length) for (const at of region) kind[at] = BACKGROUND;
}
