// What is wanted of a picture, as one typed document: what the analysis saw, what the contact asked for, and every remark since.
import { z } from 'zod';
import { WholeText } from '../contacts/profile.ts';

export const COMPLEXITIES = ['simple', 'normal', 'complex', 'hard'] as const;
export type Complexity = (typeof COMPLEXITIES)[number];

/** Width to height, both 1-100. */
export const Ratio = z.string().regex(/^([1-9]\d?|100):([1-9]\d?|100)$/, 'must be width:height, for instance 4:3');
/** Pixels. */
const side = z.int().min(16).max(8000);
export const Size = z.strictObject({ width: side, height: side });

const text = (max: number) => WholeText.trim().min(1).max(max).nullable().default(null);

/** One look at the original: by upstream, or by the embedded analyser. */
export const Analysis = z.strictObject({
  complexity: z.enum(COMPLEXITIES),
  /** For a generative provider; the contact's remarks are added to it. */
  prompt: text(4000),
  ratio: Ratio.nullable().default(null),
  perspective: text(200),
  subject: text(200),
  quality: text(200),
});
export type Analysis = z.output<typeof Analysis>;

export const Remark = z.strictObject({
  /** The round after which it was made: 1 is the first result. */
  round: z.int().min(0),
  text: WholeText.max(1000),
  /** A picture that shows what is meant. */
  image: z.string().max(2048).nullable().default(null),
});
export type Remark = z.output<typeof Remark>;

export const Requirements = z.strictObject({
  analysis: Analysis.nullable().default(null),
  /** What the contact said when they sent the picture. */
  words: WholeText.max(1000).nullable().default(null),
  /** Asked for by name; before the ratio that the analysis saw. */
  ratio: Ratio.nullable().default(null),
  size: Size.nullable().default(null),
  remarks: z.array(Remark).max(50).default([]),
});
export type Requirements = z.output<typeof Requirements>;
