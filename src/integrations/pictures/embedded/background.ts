// What lies behind the subject, judged by the border of the picture: a smooth surface of colour is fitted to it, and whatever does
// not fit is not the background. A sheet of paper with a shade from top to bottom is plain; a room, a lawn or a sunset is not.
import type { Lab, LabPlanes } from './perceptual.ts';
import { heightOf, type Surface, surfaceThrough } from './surface.ts';

export type Background = {
  /** Why it is not plain, in words; null: it is. */
  readonly busy: string | null;
  /** How far its own points lie off the surface: grain, 0.002 to 0.03. */
  readonly grain: number;
  readonly colourAt: (x: number, y: number) => Lab;
};

/** In Oklab, where 0.02 can just be told apart. */
const FITS = 0.03;
const LEAST_FITTING = 0.85;
/** From the lightest to the darkest place; and of hue. */
const WIDEST_SHADE = 0.14;
const WIDEST_HUE = 0.05;
const POINTS = 2500;
const ROUNDS = 5;

type Point = { readonly x: number; readonly y: number; readonly lab: Lab };
type Surfaces = readonly [lightness: Surface, greenRed: Surface, blueYellow: Surface];

export function backgroundOf(planes: LabPlanes): Background {
  const points = borderPoints(planes);
  let fitting = points;
  let surfaces = surfacesThrough(fitting);
  for (let round = 0; round < ROUNDS; round += 1) {
    const off = points.map((point) => distance(point.lab, colourOn(surfaces, point.x, point.y)));
    const bound = Math.max(FITS / 2, 2.5 * middle(off));
    fitting = points.filter((_, index) => (off[index] ?? 1) < bound);
    surfaces = surfacesThrough(fitting);
  }
  const off = points.map((point) => distance(point.lab, colourOn(surfaces, point.x, point.y)));
  const well = off.filter((each) => each < FITS);
  return {
    busy: whyBusy(well.length / points.length, surfaces),
    grain: Math.sqrt(well.reduce((sum, each) => sum + each * each, 0) / Math.max(1, well.length)),
    colourAt: (x, y) => colourOn(surfaces, x / planes.width - 0.5, y / planes.height - 0.5),
  };
}

/** A frame of a sixtieth of the shorter side; places from -0.5 to 0.5. */
function borderPoints({ width, height, lightness, greenRed, blueYellow }: LabPlanes): Point[] {
  const frame = Math.max(2, Math.round(Math.min(width, height) / 60));
  const every = Math.max(1, Math.floor((2 * frame * (width + height)) / POINTS));
  const points: Point[] = [];
  for (let at = 0, nth = 0; at < width * height; at += 1) {
    const [x, y] = [at % width, Math.floor(at / width)];
    if (Math.min(x, y, width - 1 - x, height - 1 - y) >= frame) {
      at += width - 2 * frame - 1;
      continue;
    }
    nth += 1;
    if (nth % every !== 0) continue;
    const lab: Lab = [lightness[at] ?? 0, greenRed[at] ?? 0, blueYellow[at] ?? 0];
    points.push({ x: x / width - 0.5, y: y / height - 0.5, lab });
  }
  return points;
}

function whyBusy(share: number, surfaces: Surfaces): string | null {
  if (share < LEAST_FITTING) return `only ${Math.round(share * 100)} % of its border has one even colour`;
  const around = [-0.5, -0.25, 0, 0.25, 0.5].flatMap((x) => [-0.5, -0.25, 0, 0.25, 0.5].map((y) => [x, y] as const));
  const colours = around.map(([x, y]) => colourOn(surfaces, x, y));
  const [shade, red, blue] = [0, 1, 2].map((part) => {
    const values = colours.map((lab) => lab[part] ?? 0);
    return Math.max(...values) - Math.min(...values);
  });
  if ((shade ?? 0) > WIDEST_SHADE) return 'it shades too much from one side to the other';
  return Math.max(red ?? 0, blue ?? 0) > WIDEST_HUE ? 'its colour changes from one side to the other' : null;
}

function distance(a: Lab, b: Lab): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function middle(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1] ?? 0;
}

function colourOn([lightness, greenRed, blueYellow]: Surfaces, x: number, y: number): Lab {
  return [heightOf(lightness, x, y), heightOf(greenRed, x, y), heightOf(blueYellow, x, y)];
}

function surfacesThrough(points: readonly Point[]): Surfaces {
  const along = (value: (lab: Lab) => number) => surfaceThrough(points.map(({ x, y, lab }) => [x, y, value(lab)]));
  return [
    along(([lightness]) => lightness),
    along(([, greenRed]) => greenRed),
    along(([, , blueYellow]) => blueYellow),
  ];
}
