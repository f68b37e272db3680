// How bright it is around each pixel, over about a twentieth of the picture: what local contrast is measured against.
import { type Pixels, step } from './pixels.ts';
import { brightness, type Plane } from './planes.ts';

const COARSE = 32;

export async function surroundings(pixels: Pixels): Promise<Plane> {
  const { width, height } = pixels;
  const small = await step(pixels, (picture) => picture.resize(COARSE, COARSE, { fit: 'fill' }).blur(1.2));
  return brightness(await step(small, (picture) => picture.resize(width, height, { fit: 'fill', kernel: 'cubic' })));
}
