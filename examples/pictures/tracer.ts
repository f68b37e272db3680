// A small path tracer: shapes are distance functions inside bounding spheres, light is a window on the left and the dim room.
// The same seed gives the same picture. After Kajiya, "The Rendering Equation" (1986), and Hart, "Sphere Tracing" (1996).
import { makeChance, makeEven, type Pair } from './chance.ts';
import type { Scene, Shape, Surface } from './scene.ts';
import { add, cross, dot, length, scale, smooth, sub, times, unit, type V, v } from './vectors.ts';

type Hit = {
  readonly t: number;
  readonly p: V;
  readonly normal: V;
  readonly surface: Surface;
  readonly isTable: boolean;
};
type Chance = {
  readonly any: () => number;
  /** Pairs that leave no gap and make no heap: for the two things that are asked once in each sample of a pixel. */
  readonly pane: () => Pair;
  readonly way: () => Pair;
};

const BOUNCES = 3;
/** One bright path among many dark ones must not leave a spark. */
const BRIGHTEST = 4;

/** One row of the picture, as linear light: red, green, blue for each pixel. */
export function traceRow(scene: Scene, row: number, width: number, height: number, samples: number): Float32Array {
  const line = new Float32Array(width * 3);
  const any = makeChance(row + 1);
  const side = Math.ceil(Math.sqrt(samples));
  for (let column = 0; column < width; column += 1) {
    let sum = v(0, 0, 0);
    const chance = { any, pane: makeEven(any), way: makeEven(any) };
    for (let sample = 0; sample < side * side; sample += 1) {
      const x = (column + ((sample % side) + chance.any()) / side - width / 2) / height;
      const y = (height / 2 - row - (Math.floor(sample / side) + chance.any()) / side) / height;
      const light = look(scene, x, y, chance);
      sum = add(sum, scale(light, Math.min(1, BRIGHTEST / Math.max(light.x, light.y, light.z, 1e-6))));
    }
    line.set(
      [sum.x, sum.y, sum.z].map((each) => each / (side * side)),
      column * 3,
    );
  }
  return line;
}

/** Through a thin lens: sharp at the distance of focus, soft before and behind it. */
function look(scene: Scene, x: number, y: number, chance: Chance): V {
  const { from, to, zoom, lens, focus } = scene.camera;
  const ahead = unit(sub(to, from));
  const right = unit(cross(ahead, v(0, 1, 0)));
  const up = cross(right, ahead);
  const aim = add(scale(ahead, zoom), add(scale(right, x), scale(up, y)));
  const point = add(from, scale(aim, focus / zoom));
  const [angle, far] = [chance.any() * 2 * Math.PI, Math.sqrt(chance.any()) * lens];
  const eye = add(from, add(scale(right, Math.cos(angle) * far), scale(up, Math.sin(angle) * far)));
  return seen(scene, eye, unit(sub(point, eye)), chance);
}

/** What the camera sees: of a glossy thing both the mirror image and the thing itself, since chance between them would speckle. */
function seen(scene: Scene, origin: V, direction: V, chance: Chance): V {
  const hit = meet(scene, origin, direction);
  if (hit === null) return scene.sweep ?? scene.room(direction);
  if (scene.sweep && hit.isTable && chance.any() < smooth(1.6, 4.2, Math.hypot(hit.p.x, hit.p.z * 0.8)))
    return scene.sweep;
  const mirror = mirrors(hit, direction);
  const own = scale(scatter(scene, hit, 1, chance), 1 - mirror);
  return mirror < 0.004 ? own : add(own, scale(reflect(scene, hit, direction, true, 1, chance), mirror));
}

function follow(scene: Scene, origin: V, direction: V, seesWindow: boolean, bounce: number, chance: Chance): V {
  const hit = meet(scene, origin, direction);
  if (hit === null) return sky(scene, origin, direction, seesWindow);
  return hit.surface.gloss > 0 && chance.any() < mirrors(hit, direction)
    ? reflect(scene, hit, direction, seesWindow, bounce + 1, chance)
    : scatter(scene, hit, bounce + 1, chance);
}

/** The share of light that is mirrored, after Schlick: more at a slant. */
function mirrors({ normal, surface: { gloss } }: Hit, direction: V): number {
  return gloss === 0 ? 0 : gloss + (1 - gloss) * (1 - Math.abs(dot(normal, direction))) ** 5;
}

/** A dull thing lit by the window in a mirror is left out: such paths are rare and bright, and each would leave a spark. */
function reflect(
  scene: Scene,
  { p, normal, surface }: Hit,
  direction: V,
  seesWindow: boolean,
  bounce: number,
  chance: Chance,
): V {
  const straight = sub(direction, scale(normal, 2 * dot(normal, direction)));
  const way = unit(add(straight, scale(anywhere(chance), surface.roughness * Math.sqrt(chance.any()))));
  if (bounce > BOUNCES || dot(way, normal) <= 0) return v(0, 0, 0);
  return follow(scene, add(p, scale(normal, 2e-3)), way, seesWindow, bounce, chance);
}

function scatter(scene: Scene, { p, normal, surface }: Hit, bounce: number, chance: Chance): V {
  const origin = add(p, scale(normal, 2e-3));
  const direct = fromWindow(scene, origin, normal, bounce === 1 ? chance.pane() : [chance.any(), chance.any()]);
  const way = unit(add(normal, onSphere(bounce === 1 ? chance.way() : [chance.any(), chance.any()])));
  const around = bounce > BOUNCES ? v(0, 0, 0) : follow(scene, origin, way, false, bounce, chance);
  return times(surface.colour, add(direct, around));
}

function meet(scene: Scene, origin: V, direction: V): Hit | null {
  let [nearest, found]: [number, Shape | null] = [Number.POSITIVE_INFINITY, null];
  for (const shape of scene.shapes) {
    const t = march(shape, origin, direction, nearest);
    if (t < nearest) [nearest, found] = [t, shape];
  }
  const down = direction.y < 0 ? -origin.y / direction.y : Number.POSITIVE_INFINITY;
  const back = scene.wall && direction.z < 0 ? (scene.wall.z - origin.z) / direction.z : Number.POSITIVE_INFINITY;
  const t = Math.min(nearest, down, back);
  if (t > 60) return null;
  const p = add(origin, scale(direction, t));
  if (t === down) return { t, p, normal: v(0, 1, 0), surface: scene.table(p), isTable: true };
  if (scene.wall && t === back) return { t, p, normal: v(0, 0, 1), surface: scene.wall.surface(p), isTable: false };
  if (found === null) return null;
  const local = sub(p, found.at);
  return { t, p, normal: normalOf(found, local), surface: found.surface(local), isTable: false };
}

/** @returns how far along the ray the shape is; infinity where it is missed, or lies behind `limit`. */
function march(shape: Shape, origin: V, direction: V, limit: number): number {
  const o = sub(origin, shape.at);
  const b = dot(o, direction);
  const inside = b * b - dot(o, o) + shape.radius * shape.radius;
  if (inside <= 0) return Number.POSITIVE_INFINITY;
  const [near, far] = [-b - Math.sqrt(inside), Math.min(-b + Math.sqrt(inside), limit)];
  for (let t = Math.max(near, 0), step = 0; t < far && step < 90; step += 1) {
    const away = shape.distance(add(o, scale(direction, t)));
    if (away < 8e-4) return t;
    t += away;
  }
  return Number.POSITIVE_INFINITY;
}

function normalOf({ distance }: Shape, p: V): V {
  const e = 1.5e-3;
  const along = (dx: number, dy: number, dz: number) =>
    distance(v(p.x + dx, p.y + dy, p.z + dz)) - distance(v(p.x - dx, p.y - dy, p.z - dz));
  return unit(v(along(e, 0, 0), along(0, e, 0), along(0, 0, e)));
}

function anywhere({ any }: Chance): V {
  return onSphere([any(), any()]);
}

function onSphere([h, w]: Pair): V {
  const [z, angle] = [h * 2 - 1, w * 2 * Math.PI];
  const r = Math.sqrt(1 - z * z);
  return v(r * Math.cos(angle), r * Math.sin(angle), z);
}

function sky({ window, light, room }: Scene, origin: V, direction: V, seesWindow: boolean): V {
  const t = (window.x - origin.x) / direction.x;
  const p = add(origin, scale(direction, t));
  return seesWindow && t > 0 && isPane(window, p) ? light : room(direction);
}

/** Two bars part the window into four panes. */
function isPane({ y, z }: Scene['window'], p: V): boolean {
  const [h, w] = [(p.y - y[0]) / (y[1] - y[0]), (p.z - z[0]) / (z[1] - z[0])];
  return h > 0 && h < 1 && w > 0 && w < 1 && Math.abs(h - 0.5) > 0.03 && Math.abs(w - 0.5) > 0.02;
}

function fromWindow(scene: Scene, origin: V, normal: V, [h, w]: Pair): V {
  const { x, y, z } = scene.window;
  const p = v(x, y[0] + (y[1] - y[0]) * h, z[0] + (z[1] - z[0]) * w);
  if (!isPane(scene.window, p)) return v(0, 0, 0);
  const way = sub(p, origin);
  const far = length(way);
  const direction = scale(way, 1 / far);
  const falls = dot(direction, normal) * Math.abs(direction.x);
  if (falls <= 0 || isHidden(scene, origin, direction, far)) return v(0, 0, 0);
  return scale(scene.light, (falls * (y[1] - y[0]) * (z[1] - z[0])) / (Math.PI * far * far));
}

function isHidden({ shapes }: Scene, origin: V, direction: V, far: number): boolean {
  return shapes.some((shape) => march(shape, origin, direction, far) < far);
}
