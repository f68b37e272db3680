// The subject of a picture on a plain background, apart from it. Where there is no plain background it says so: without knowing
// what the picture shows, a guess would eat into the subject.
import { OutsideFailure } from '../../outside-failure.ts';
import { type Background, backgroundOf } from './background.ts';
import { flood, type Regions, SUBJECT } from './flood.ts';
import { matte } from './matte.ts';
import { labPlanes } from './perceptual.ts';
import { atMost, type Pixels } from './pixels.ts';

export type CutOut = {
  /** At most 8 megapixels, without alpha. */
  readonly original: Pixels;
  readonly subject: Pixels;
  readonly regions: Regions;
  readonly background: Background;
  readonly notes: readonly string[];
};

/** The planes of eight megapixels take nearly a gigabyte for a moment. */
const MOST_PIXELS = 8_000_000;
const LEAST_SUBJECT = 0.02;
const MOST_SUBJECT = 0.95;

/** @throws OutsideFailure `background_not_plain` */
export async function cutOut(pixels: Pixels): Promise<CutOut> {
  const original = await atMost(pixels, MOST_PIXELS);
  const planes = labPlanes(original);
  const background = backgroundOf(planes);
  if (background.busy !== null) throw notPlain(`The background is not plain: ${background.busy}.`);
  const regions = flood(planes, background);
  const share = regions.kind.reduce((sum, kind) => sum + Number(kind === SUBJECT), 0) / regions.kind.length;
  const percent = `${(share * 100).toFixed(1)} %`;
  if (share < LEAST_SUBJECT) throw notPlain(`Hardly anything stands out from the background: ${percent}.`);
  if (share > MOST_SUBJECT) throw notPlain(`Hardly any background was found: ${percent} stands out from it.`);
  const notes = [`The subject takes ${Math.round(share * 100)} % of the picture; found by the plain background.`];
  if (regions.holes > 0) notes.push(`Enclosed areas of the background's colour were opened too: ${regions.holes}.`);
  if (original !== pixels) notes.push(`Made smaller, to ${original.width}x${original.height} pixels.`);
  return { original, subject: matte(original, regions), regions, background, notes };
}

function notPlain(detail: string): OutsideFailure {
  return new OutsideFailure('refused', 'background_not_plain', detail);
}
