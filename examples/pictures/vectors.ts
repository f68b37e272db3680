// Points, directions and colours: three numbers.
export type V = { readonly x: number; readonly y: number; readonly z: number };

export const v = (x: number, y: number, z: number): V => ({ x, y, z });
export const add = (a: V, b: V): V => v(a.x + b.x, a.y + b.y, a.z + b.z);
export const sub = (a: V, b: V): V => v(a.x - b.x, a.y - b.y, a.z - b.z);
export const scale = (a: V, k: number): V => v(a.x * k, a.y * k, a.z * k);
export const mix = (a: V, b: V, k: number): V => add(scale(a, 1 - k), scale(b, k));
export const dot = (a: V, b: V): number => a.x * b.x + a.y * b.y + a.z * b.z;
export const length = (a: V): number => Math.sqrt(dot(a, a));
export const times = (a: V, b: V): V => v(a.x * b.x, a.y * b.y, a.z * b.z);
export const unit = (a: V): V => scale(a, 1 / length(a));
export const cross = (a: V, b: V): V => v(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
export const smooth = (from: number, to: number, x: number): number => {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
};
