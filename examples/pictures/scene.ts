// What can be rendered: shapes on a table, the light of a window, and a camera.
import type { V } from './vectors.ts';

export type Surface = { readonly colour: V; readonly gloss: number; readonly roughness: number };
export type Shape = {
  /** The sphere that holds the whole shape. */
  readonly at: V;
  readonly radius: number;
  /** From a point relative to `at`; never more than the true distance. */
  readonly distance: (p: V) => number;
  readonly surface: (p: V) => Surface;
};
export type Scene = {
  readonly shapes: readonly Shape[];
  readonly table: (p: V) => Surface;
  /** The wall behind, where there is one. */
  readonly wall: { readonly z: number; readonly surface: (p: V) => Surface } | null;
  /** What a ray sees that meets nothing. */
  readonly room: (direction: V) => V;
  /** Far from the middle the table fades into this, as a sweep of paper does. */
  readonly sweep: V | null;
  readonly window: { readonly x: number; readonly y: readonly [number, number]; readonly z: readonly [number, number] };
  readonly light: V;
  readonly camera: {
    readonly from: V;
    readonly to: V;
    readonly zoom: number;
    readonly lens: number;
    readonly focus: number;
  };
};
