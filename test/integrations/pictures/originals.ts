// The example pictures, small enough for tests to be quick, and pictures that were made up for one point.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';

export type Example = 'photo' | 'photo-blurred' | 'photo-old' | 'product';

/** As it lies there, 1200 x 900. */
export function example(name: Example): Buffer {
  return readFileSync(new URL(`../../../examples/${name}.jpg`, import.meta.url));
}

/** The middle of an example, at its own scale: so that grain and scratches stay what they are. */
export function part(name: Example, width = 480, height = 360): Promise<Buffer> {
  const [left, top] = [(1200 - width) >> 1, (900 - height) >> 1];
  return sharp(example(name)).extract({ left, top, width, height }).jpeg({ quality: 95 }).toBuffer();
}

/** The whole of an example, made smaller. */
export function small(name: Example, width = 480): Promise<Buffer> {
  return sharp(example(name)).resize(width).jpeg({ quality: 95 }).toBuffer();
}

export function blank(width: number, height: number, background = '#808080'): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}

/** Whatever SVG can draw. */
export function drawn(width: number, height: number, shapes: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
}
