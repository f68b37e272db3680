// node examples/pictures/make.ts [samples]: makes the example pictures anew; they are rendered, so that nobody's photograph is in
// this repository. Takes some minutes on two cores; the same number of samples for each pixel gives the same pictures.
import sharp, { type Sharp } from 'sharp';
import { makeChance } from './chance.ts';
import { type Film, render } from './render.ts';
import { smooth } from './vectors.ts';

const [WIDTH, HEIGHT] = [1200, 900];
/** What black and white become on old paper. */
const FADED_BLACK = [74, 58, 40];
const FADED_WHITE = [226, 202, 152];
const samples = Number(process.argv[2] ?? 16);

const stillLife = await render({ scene: 'still-life', width: WIDTH, height: HEIGHT, samples });
const product = await render({ scene: 'product', width: WIDTH, height: HEIGHT, samples });
const photo = develop(stillLife, 1.3);
await save(raw(withGrain(photo, 2.2)), 'photo.jpg');
await save(raw(withGrain(await raw(photo).blur(1.7).raw().toBuffer(), 5)), 'photo-blurred.jpg');
await save(raw(await grownOld(photo)), 'photo-old.jpg');
await save(raw(withGrain(develop(product, 1), 0.8)), 'product.jpg');

function raw(pixels: Buffer): Sharp {
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

async function save(picture: Sharp, name: string): Promise<void> {
  const path = new URL(`../${name}`, import.meta.url).pathname;
  const { size } = await picture.jpeg({ quality: 90, mozjpeg: true }).toFile(path);
  console.log(`${name}: ${Math.round(size / 1024)} KB`);
}

/** Light to pixels: a filmic curve (Narkowicz 2015) and the gamma of screens. */
function develop({ light }: Film, exposure: number): Buffer {
  const pixels = Buffer.alloc(light.length);
  for (const [index, value] of light.entries()) {
    const x = value * exposure * 0.8;
    const film = (x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14);
    pixels[index] = Math.round(255 * Math.min(1, Math.max(0, film)) ** (1 / 2.2));
  }
  return pixels;
}

/** The same grain in all three colours, with a little of its own in each; less in the lights. */
function withGrain(pixels: Buffer, strength: number): Buffer {
  const chance = makeChance(7);
  const bell = () => chance() + chance() + chance() + chance() - 2;
  const grainy = Buffer.alloc(pixels.length);
  for (let at = 0; at < pixels.length; at += 3) {
    const together = bell();
    for (let colour = 0; colour < 3; colour += 1) {
      const value = pixels[at + colour] ?? 0;
      const noise = (together + 0.5 * bell()) * strength * 1.7 * (1.1 - value / 400);
      grainy[at + colour] = Math.round(Math.min(255, Math.max(0, value + noise)));
    }
  }
  return grainy;
}

/** Fifty years in an album: faded and yellow, darker at the corners, scratched and dusty. */
async function grownOld(pixels: Buffer): Promise<Buffer> {
  const faded = await raw(pixels).modulate({ saturation: 0.55 }).blur(0.8).raw().toBuffer();
  for (let at = 0; at < faded.length; at += 1) {
    const [dark, bright] = [FADED_BLACK[at % 3] ?? 0, FADED_WHITE[at % 3] ?? 255];
    const [x, y] = [(Math.floor(at / 3) % WIDTH) / WIDTH - 0.5, Math.floor(at / 3 / WIDTH) / HEIGHT - 0.5];
    const corner = 1 - 0.16 * smooth(0.4, 0.72, Math.hypot(x, y));
    faded[at] = Math.round((dark + ((faded[at] ?? 0) / 255) * (bright - dark)) * corner);
  }
  return raw(withGrain(faded, 4))
    .composite([{ input: Buffer.from(damage()) }])
    .blur(0.5)
    .removeAlpha()
    .raw()
    .toBuffer();
}

function damage(): string {
  const chance = makeChance(1971);
  const between = (from: number, to: number) => from + chance() * (to - from);
  const scratch = () => {
    const [x, y, long] = [between(0, WIDTH), between(-60, HEIGHT), between(60, 420)];
    const lean = between(-30, 30);
    const bend = `M${x} ${y} q${lean} ${long / 2} ${lean * 1.4} ${long}`;
    return `<path d="${bend}" stroke="#f6ead0" stroke-opacity="${between(0.45, 0.9)}" stroke-width="${between(0.8, 2)}" fill="none"/>`;
  };
  const dust = () => {
    const colour = chance() < 0.7 ? '#f8eed8' : '#3a2c1c';
    const [wide, high] = [between(0.8, 2.6), between(0.8, 2.2)];
    return `<ellipse cx="${between(0, WIDTH)}" cy="${between(0, HEIGHT)}" rx="${wide}" ry="${high}" fill="${colour}" fill-opacity="${between(0.5, 0.95)}"/>`;
  };
  const marks = [...Array.from({ length: 26 }, scratch), ...Array.from({ length: 260 }, dust)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${marks.join('')}</svg>`;
}
