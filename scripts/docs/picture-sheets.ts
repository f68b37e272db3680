// node scripts/docs/picture-sheets.ts: makes each of the example pictures before and after, side by side, into docs/pictures/. Run by
// hand after a change to the embedded maker, and looked at: whether a picture is better is judged by eye.
import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Operation } from '../../src/domain/images/operation.ts';
import { Requirements } from '../../src/domain/images/requirements.ts';
import { makeEmbedded } from '../../src/integrations/pictures/embedded.ts';
import { readLayers } from './psd-layers.ts';

type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
/** `closeUp`: a part of both, in shares of the picture. */
type Sheet = {
  readonly operation: Operation;
  readonly example: string;
  readonly closeUp?: Box;
  readonly wishes?: { readonly ratio?: string };
};

const SHEETS: readonly Sheet[] = [
  {
    operation: 'enhance',
    example: 'photo-blurred',
    closeUp: { left: 0.28, top: 0.16, width: 0.3, height: 0.3 },
  },
  { operation: 'fix_old_photo', example: 'photo-old', closeUp: { left: 0.55, top: 0.42, width: 0.3, height: 0.3 } },
  { operation: 'remove_bg', example: 'product', closeUp: { left: 0.32, top: 0.55, width: 0.3, height: 0.3 } },
  { operation: 'resize', example: 'photo', wishes: { ratio: '1:1' } },
  { operation: 'layered', example: 'product' },
];
/** Pixels, of one picture on a sheet. */
const [WIDTH, HEIGHT, GAP] = [640, 480, 14];

const embedded = makeEmbedded();
for (const sheet of SHEETS) await makeSheet(sheet);

async function makeSheet({ operation, example, closeUp, wishes = {} }: Sheet): Promise<void> {
  const original = await readFile(new URL(`../../examples/${example}.jpg`, import.meta.url));
  const wish = { operation, original, mediaType: 'image/jpeg', requirements: Requirements.parse(wishes) };
  const made = await embedded.make(wish, AbortSignal.timeout(60_000));
  const after = operation === 'layered' ? await shownLayers(made.data) : [made.data];
  const whole = await Promise.all([original, ...after].map((picture) => onChecks(picture)));
  const parts = closeUp
    ? await Promise.all([original, made.data].map(async (each) => onChecks(await cut(each, closeUp))))
    : [];
  const path = new URL(`../../docs/pictures/${operation}.jpg`, import.meta.url);
  const sheet = await sideBySide([...whole, ...parts]);
  await writeFile(path, sheet);
  console.log(`${operation}, ${Math.round(sheet.length / 1024)} KB: ${made.notes.join(' ')}`);
}

/** Those that are not hidden, from the top to the bottom. */
function shownLayers(document: Buffer): Promise<Buffer[]> {
  const shown = readLayers(document).filter(({ isHidden }) => !isHidden);
  return Promise.all(
    shown.map(({ width, height, data }) =>
      sharp(data, { raw: { width, height, channels: 4 } })
        .png()
        .toBuffer(),
    ),
  );
}

async function cut(picture: Buffer, { left, top, width, height }: Box): Promise<Buffer> {
  const { width: across, height: down } = await sharp(picture).metadata();
  const [x, y, w, h] = [left * across, top * down, width * across, height * down].map(Math.round);
  return sharp(picture)
    .extract({ left: x ?? 0, top: y ?? 0, width: w ?? 1, height: h ?? 1 })
    .png()
    .toBuffer();
}

/** In the frame of one picture; what is see-through lets a chequerboard be seen. */
async function onChecks(picture: Buffer): Promise<Buffer> {
  const shown = await sharp(picture)
    .resize(WIDTH, HEIGHT, { fit: 'contain', background: '#f4f4f2', kernel: 'cubic' })
    .png()
    .toBuffer();
  const checks = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><pattern id="p" width="20" height="20" patternUnits="userSpaceOnUse"><path fill="#fff" d="M0 0h20v20H0z"/><path fill="#d4d4d4" d="M0 0h10v10H0zm10 10h10v10H10z"/></pattern><path fill="url(#p)" d="M0 0h${WIDTH}v${HEIGHT}H0z"/></svg>`;
  return sharp(Buffer.from(checks))
    .composite([{ input: shown }])
    .png()
    .toBuffer();
}

/** Two in a row. */
function sideBySide(pictures: readonly Buffer[]): Promise<Buffer> {
  const rows = Math.ceil(pictures.length / 2);
  const place = (index: number, size: number) => index * (size + GAP);
  return sharp({
    create: { width: 2 * WIDTH + GAP, height: rows * HEIGHT + (rows - 1) * GAP, channels: 3, background: '#fff' },
  })
    .composite(
      pictures.map((input, index) => ({
        input,
        left: place(index % 2, WIDTH),
        top: place(Math.floor(index / 2), HEIGHT),
      })),
    )
    .jpeg({ quality: 82, mozjpeg: true })
    .toBuffer();
}
