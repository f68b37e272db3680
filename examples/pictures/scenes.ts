// What the example pictures show: a still life on a wooden table by a window, and a teapot on a sweep of paper.
import type { Pair } from './chance.ts';
import type { Scene, Shape, Surface } from './scene.ts';
import { cloud, noise } from './texture.ts';
import { length, mix, scale, smooth, type V, v } from './vectors.ts';

const GLAZE = { gloss: 0.06, roughness: 0.015 };
const PEEL = { gloss: 0.04, roughness: 0.22 };

export const STILL_LIFE: Scene = {
  shapes: [
    jug(v(-0.75, 0, -0.35)),
    bowl(v(1.25, 0, -0.5)),
    orange(v(1.0, 0.78, -0.6), 0.4),
    orange(v(1.62, 0.74, -0.35), 0.36),
    apple(v(0.34, 0.35, 0.62), 0.42),
    pear(v(-1.75, 0, 0.55)),
    lemon(v(1.3, 0.3, 0.95)),
  ],
  table: planks,
  wall: { z: -2.6, surface: plaster },
  room: ({ y }) => mix(v(0.1, 0.085, 0.07), v(0.2, 0.19, 0.18), smooth(-0.2, 0.9, y)),
  sweep: null,
  window: { x: -5.5, y: [1.2, 4.8], z: [-1, 4] },
  light: v(9.5, 9, 8.2),
  camera: { from: v(0.5, 2.5, 8.2), to: v(0, 0.98, 0), zoom: 1.95, lens: 0.085, focus: 8.35 },
};

export const PRODUCT: Scene = {
  shapes: [teapot(v(0, 0, 0))],
  table: () => ({ colour: v(0.84, 0.84, 0.84), gloss: 0, roughness: 0 }),
  wall: null,
  room: ({ y }) => scale(v(1, 1, 1), 0.5 + 0.36 * smooth(-0.2, 0.8, y)),
  sweep: v(0.8, 0.8, 0.795),
  window: { x: -5, y: [1.5, 5.5], z: [-1, 4] },
  light: v(3.4, 3.35, 3.3),
  camera: { from: v(0.3, 2.9, 8.5), to: v(0.12, 0.95, 0), zoom: 2.25, lens: 0.02, focus: 8.4 },
};

function jug(at: V): Shape {
  const profile = (y: number) =>
    0.3 + 0.52 * Math.exp(-(((y - 0.78) / 0.62) ** 2)) + 0.17 * smooth(1.75, 2.45, y) - 0.06 * smooth(0.25, 0, y);
  const distance = (p: V) => {
    const q = v(p.x, p.y + 1.2, p.z);
    const shell = Math.abs(Math.hypot(q.x, q.z) - profile(q.y) + 0.045) - 0.045;
    const body = Math.max(shell, q.y - 2.35, -q.y);
    return 0.72 * join(body, ring(v(q.x - 0.62, (q.y - 1.5) * 0.78, q.z), 0.46, 0.085), 0.09);
  };
  const surface = (p: V): Surface => {
    const speckles = smooth(0.66, 0.76, noise(scale(p, 34)));
    const glaze = mix(v(0.025, 0.1, 0.34), v(0.05, 0.2, 0.5), cloud(scale(p, 2.6)));
    const band = smooth(0.86, 0.9, p.y + 0.03 * noise(scale(p, 5)));
    return { colour: mix(mix(glaze, v(0.62, 0.6, 0.52), band), v(0.02, 0.05, 0.14), 0.35 * speckles), ...GLAZE };
  };
  return { at: v(at.x, at.y + 1.2, at.z), radius: 1.72, distance, surface };
}

function bowl(at: V): Shape {
  const distance = (p: V) => {
    const round = Math.abs(length(v(p.x, (p.y - 0.5) * 1.35, p.z)) - 0.92) - 0.035;
    return (
      0.7 * Math.min(Math.max(round, p.y - 0.32), Math.max(Math.hypot(p.x, p.z) - 0.42, Math.abs(p.y + 0.24) - 0.06))
    );
  };
  const surface = (p: V): Surface => ({
    colour: mix(v(0.72, 0.68, 0.6), v(0.5, 0.42, 0.32), 0.55 * smooth(0.5, 0.9, cloud(scale(p, 7)))),
    ...GLAZE,
  });
  return { at: v(at.x, at.y + 0.3, at.z), radius: 1.05, distance, surface };
}

function orange(at: V, size: number): Shape {
  const distance = (p: V) =>
    0.85 *
    (length(p) -
      size +
      0.006 * noise(scale(p, 42)) +
      0.03 * Math.exp(-((p.x - 0.1) ** 2 + p.z ** 2) * 90) * (p.y > 0 ? 1 : 0));
  const surface = (p: V): Surface => ({
    colour: mix(v(0.82, 0.3, 0.02), v(0.9, 0.42, 0.05), cloud(scale(p, 3))),
    ...PEEL,
  });
  return { at, radius: size * 1.05, distance, surface };
}

function apple(at: V, size: number): Shape {
  const distance = (p: V) => {
    const flat = Math.hypot(p.x, p.z);
    const dimple =
      0.17 * Math.exp(-((flat / 0.11) ** 2)) * smooth(0, 0.3, p.y) +
      0.1 * Math.exp(-((flat / 0.13) ** 2)) * smooth(0, -0.3, p.y);
    const flesh = Math.hypot(flat * (1 + 0.16 * smooth(0.1, -0.45, p.y)), p.y * 1.06) - size + dimple;
    return 0.62 * Math.min(flesh, twig(p, 0.2, 0.52));
  };
  const surface = (p: V): Surface => {
    if (twig(p, 0.2, 0.52) < 0.005) return BARK;
    const stripes = cloud(v(Math.atan2(p.x, p.z) * 5, p.y * 1.2, 3));
    const sun = smooth(-0.15, 0.42, p.y + 0.5 * p.x + 0.5 * (stripes - 0.5));
    return {
      colour: mix(v(0.5, 0.028, 0.03), v(0.72, 0.42, 0.08), 0.75 * sun * stripes),
      gloss: 0.05,
      roughness: 0.08,
    };
  };
  return { at, radius: size * 1.3, distance, surface };
}

function pear(at: V): Shape {
  const distance = (p: V) =>
    0.8 *
    Math.min(
      join(length(v(p.x, p.y + 0.22, p.z)) - 0.46, length(v(p.x + 0.04, p.y - 0.36, p.z)) - 0.22, 0.32),
      twig(v(p.x + 0.03, p.y, p.z), 0.5, 0.85),
    );
  const surface = (p: V): Surface => {
    if (twig(v(p.x + 0.03, p.y, p.z), 0.5, 0.85) < 0.005) return BARK;
    const skin = mix(v(0.42, 0.46, 0.08), v(0.66, 0.56, 0.14), cloud(scale(p, 2.2)));
    const blush = smooth(0.15, 0.5, p.z * 0.4 - p.x * 0.2 + 0.5 * (cloud(scale(p, 4)) - 0.3));
    const dots = smooth(0.68, 0.74, noise(scale(p, 26)));
    return { colour: mix(mix(skin, v(0.6, 0.24, 0.08), blush), v(0.25, 0.18, 0.06), 0.6 * dots), ...PEEL };
  };
  return { at: v(at.x, at.y + 0.68, at.z), radius: 0.95, distance, surface };
}

function lemon(at: V): Shape {
  const distance = (p: V) => {
    const [x, z] = [p.x * 0.86 + p.z * 0.51, p.z * 0.86 - p.x * 0.51];
    const tips = 0.07 * Math.exp(-(((Math.abs(x) - 0.44) / 0.09) ** 2));
    return (
      0.7 *
      (Math.hypot(x * 0.76, p.y, z) - 0.31 - tips * smooth(0.16, 0, Math.hypot(p.y, z)) + 0.007 * noise(scale(p, 36)))
    );
  };
  const surface = (p: V): Surface => ({
    colour: mix(v(0.84, 0.62, 0.04), v(0.9, 0.74, 0.12), cloud(scale(p, 4))),
    ...PEEL,
  });
  return { at, radius: 0.58, distance, surface };
}

function teapot(at: V): Shape {
  const distance = (p: V) => {
    const q = v(p.x, p.y + 0.95, p.z);
    const body = (length(v(q.x, (q.y - 0.84) * 1.22, q.z)) - 1.02) * 0.82;
    const foot = Math.max(Math.hypot(q.x, q.z) - 0.55, Math.abs(q.y - 0.06) - 0.06);
    const rim = ring(v(q.x, q.z, q.y - 1.58), 0.42, 0.04);
    const knob = join(
      length(v(q.x, (q.y - 1.86) * 1.25, q.z)) - 0.15,
      Math.max(Math.hypot(q.x, q.z) - 0.07, Math.abs(q.y - 1.7) - 0.1),
      0.1,
    );
    const handle = ring(v(q.x + 1.05, (q.y - 0.98) * 0.85, q.z), 0.48, 0.085);
    const spout = cone(q, [0.72, 0.5], [1.62, 1.42], [0.3, 0.1]);
    return 0.72 * join(join(Math.min(join(body, foot, 0.1), rim), knob, 0.08), join(handle, spout, 0.05), 0.14);
  };
  const surface = (p: V): Surface => {
    const runs = cloud(v(p.x * 3, p.y * 1.2, p.z * 3));
    return { colour: mix(v(0.008, 0.12, 0.14), v(0.03, 0.25, 0.24), runs), gloss: 0.04, roughness: 0.03 };
  };
  return { at: v(at.x, at.y + 0.95, at.z), radius: 1.9, distance, surface };
}

const BARK: Surface = { colour: v(0.12, 0.07, 0.03), gloss: 0, roughness: 0 };

function twig(p: V, from: number, to: number): number {
  const y = Math.min(to, Math.max(from, p.y));
  return Math.hypot(p.x - 0.25 * (y - from) ** 1.5, p.y - y, p.z) - 0.02;
}

function planks(p: V): Surface {
  const board = Math.floor(p.z / 1.35 + 40.4);
  const within = p.z / 1.35 + 40.4 - board;
  const grain = cloud(v(p.x * 0.7 + board * 17, p.z * 5, board * 3));
  const rings = 0.5 + 0.5 * Math.sin((p.z * 4 + grain * 5.5 + board * 2) * 5);
  const pores = noise(v(p.x * 7 + board * 5, p.z * 130, board));
  const wood = mix(v(0.2, 0.095, 0.042), v(0.4, 0.22, 0.105), 0.35 * rings + 0.65 * grain + 0.1 * Math.sin(board * 5));
  const gap = smooth(0.012, 0.004, Math.min(within, 1 - within));
  return { colour: scale(wood, (0.72 + 0.4 * pores) * (1 - 0.85 * gap)), gloss: 0.035, roughness: 0.16 + 0.12 * pores };
}

function plaster(p: V): Surface {
  const stain = cloud(scale(p, 0.9)) * 0.6 + cloud(scale(p, 6)) * 0.4;
  return { colour: mix(v(0.26, 0.29, 0.26), v(0.42, 0.43, 0.38), stain), gloss: 0, roughness: 0 };
}

/** A rod in the middle plane that grows thinner. */
function cone(p: V, [ax, ay]: Pair, [bx, by]: Pair, [thick, thin]: Pair): number {
  const [x, y] = [bx - ax, by - ay];
  const t = Math.min(1, Math.max(0, ((p.x - ax) * x + (p.y - ay) * y) / (x * x + y * y)));
  return Math.hypot(p.x - ax - t * x, p.y - ay - t * y, p.z) - thick - t * (thin - thick);
}

function ring(p: V, wide: number, thick: number): number {
  return Math.hypot(Math.hypot(p.x, p.y) - wide, p.z) - thick;
}

/** The nearer of two, with a soft seam. */
function join(a: number, b: number, soft: number): number {
  const h = Math.max(soft - Math.abs(a - b), 0) / soft;
  return Math.min(a, b) - h * h * soft * 0.25;
}
