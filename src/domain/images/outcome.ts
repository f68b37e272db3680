// What may come of an attempt at a step, as the worker tells it.
import type { Measurements } from './quality.ts';
import type { Analysis } from './requirements.ts';
import type { Failure } from './steps.ts';

/** A picture in the store. */
export type Made = {
  readonly hash: string;
  readonly bytes: number;
  readonly mediaType: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly name: string;
};

export type Outcome =
  | { readonly kind: 'fetched'; readonly original: Made }
  | { readonly kind: 'analysed'; readonly analysis: Analysis }
  | {
      readonly kind: 'made';
      readonly file: Made;
      readonly preview: Made | null;
      readonly model: string | null;
      readonly notes: readonly string[];
      /** Of the picture, null where it does not decode; and of the original. */
      readonly measured: Measurements | null;
      readonly original: Measurements;
    }
  | { readonly kind: 'mailed'; readonly response: string }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly failure: Failure & { readonly code: string; readonly detail: string } };
