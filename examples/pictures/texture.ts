// Noise that is smooth in space: what wood, peel, glaze and plaster are painted with.
import { scale, type V } from './vectors.ts';

/** Four octaves, 0-1. */
export function cloud(p: V): number {
  return 0.53 * noise(p) + 0.27 * noise(scale(p, 2.03)) + 0.13 * noise(scale(p, 4.1)) + 0.07 * noise(scale(p, 8.3));
}

/** Value noise, 0-1. */
export function noise({ x, y, z }: V): number {
  const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const [a, b, c] = [ease(x - i), ease(y - j), ease(z - k)];
  const row = (dj: number, dk: number) => hash(i, j + dj, k + dk) * (1 - a) + hash(i + 1, j + dj, k + dk) * a;
  return (row(0, 0) * (1 - b) + row(1, 0) * b) * (1 - c) + (row(0, 1) * (1 - b) + row(1, 1) * b) * c;
}

const ease = (t: number) => t * t * (3 - 2 * t);

function hash(i: number, j: number, k: number): number {
  let h = Math.imul(i, 374761393) + Math.imul(j, 668265263) + Math.imul(k, 2147483647);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}
