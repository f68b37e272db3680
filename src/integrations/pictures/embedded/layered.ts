// A Photoshop document with the subject, its shadow and the background filled in behind them as layers; the original lies hidden
// at the bottom. Only from plain backgrounds.
import { writePsdBuffer } from 'ag-psd';
import { type CutOut, cutOut } from './cut-out.ts';
import { SUBJECT } from './flood.ts';
import type { Made, Work } from './made.ts';
import { BEYOND, depth } from './matte.ts';
import { screenColour } from './perceptual.ts';
import { type Extent, type Pixels, pack, step, unpack } from './pixels.ts';
import { mean, planeOf } from './planes.ts';
import { cover, wantedExtent } from './shape.ts';

/** From the top to the bottom, as they are shown. */
export const LAYERS = {
  subject: '主体 Subject',
  shadow: '阴影 Shadow',
  background: '背景 Background',
  original: '原图 Original',
} as const;

/** How far the shadow goes on under the subject, in pixels. */
const UNDER = 5;

/** @throws OutsideFailure `background_not_plain` */
export const layer: Work = async (original, requirements): Promise<Made> => {
  const whole = await unpack(original, 'flatten');
  const { pixels, notes } = await cover(whole, wantedExtent(requirements, whole));
  const cut = await cutOut(pixels);
  const background = filledIn(cut);
  const shadow = shadowOf(cut, background);
  const visible = [cut.subject, shadow, background] as const;
  const flat = await flattened(...visible);
  const preview = await pack(flat).removeAlpha().png().toBuffer();
  const layers = [...visible, await opaque(cut.original)].map((each, index) => ({
    name: Object.values(LAYERS)[index] ?? '',
    imageData: imageData(each),
    hidden: index === 3,
  }));
  const { width, height } = cut.original;
  const document = { width, height, imageData: imageData(flat), children: layers.reverse() };
  const data = writePsdBuffer(document, { noBackground: true });
  const said = `Layers: ${Object.values(LAYERS).join(', ')} (hidden).`;
  return { data, mediaType: 'image/vnd.adobe.photoshop', preview, notes: [...notes, ...cut.notes, said] };
};

/** The surface that was fitted to what is seen of the background, with a trace of noise, since it would show bands without. */
function filledIn({ original: { width, height }, background }: CutOut): Pixels {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let at = 0; at < width * height; at += 1) {
    const noise = ((Math.imul(at + 1, 0x9e3779b1) ^ (at << 7)) >>> 16) / 65_536;
    const [red, green, blue] = screenColour(background.colourAt(at % width, Math.floor(at / width)));
    data.set([red + noise, green + noise, blue + noise], at * 4);
  }
  return { data, width, height, channels: 4 };
}

/** Black, as strong as the picture is darker there than the background; it goes on for a little under the subject's edge. */
function shadowOf({ original, regions }: CutOut, background: Pixels): Pixels {
  const { width, height } = original;
  const outside = depth(regions, (at) => regions.kind[at] !== SUBJECT);
  const isSeen = planeOf(original, (at) => Number((outside[at] ?? 0) > BEYOND));
  const seen = planeOf(original, (at) => {
    const share = sumAt(original, at) / Math.max(1, sumAt(background, at));
    return isSeen.values[at] === 1 ? Math.max(0, 1 - share) : 0;
  });
  const [around, weight] = [mean(seen, UNDER), mean(isSeen, UNDER)];
  const data = new Uint8Array(width * height * 4);
  for (let at = 0; at < width * height; at += 1) {
    const nearby = (around.values[at] ?? 0) / Math.max(0.01, weight.values[at] ?? 0);
    data[at * 4 + 3] = Math.round(255 * (isSeen.values[at] === 1 ? (seen.values[at] ?? 0) : nearby));
  }
  return { data, width, height, channels: 4 };
}

function sumAt({ data, channels }: Pixels, at: number): number {
  const from = at * channels;
  return (data[from] ?? 0) + (data[from + 1] ?? 0) + (data[from + 2] ?? 0);
}

function flattened(subject: Pixels, shadow: Pixels, background: Pixels): Promise<Pixels> {
  const raw = ({ width, height }: Extent) => ({ raw: { width, height, channels: 4 as const } });
  return step(background, (picture) =>
    picture.composite([
      { input: Buffer.from(shadow.data.buffer), ...raw(shadow) },
      { input: Buffer.from(subject.data.buffer), ...raw(subject) },
    ]),
  );
}

function opaque(pixels: Pixels): Promise<Pixels> {
  return step(pixels, (picture) => picture.ensureAlpha());
}

function imageData({ data, width, height }: Pixels) {
  return { data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.length), width, height };
}
