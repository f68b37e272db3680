// Finds the picture in what Gemini answered with status 200, or why there is none: a refusal, words instead, or nothing.
import { z } from 'zod';
import { OutsideFailure } from '../outside-failure.ts';

const Part = z.object({
  text: z.string().optional(),
  /** Drafts that the model made on its way. */
  thought: z.boolean().optional(),
  inlineData: z.object({ data: z.string() }).optional(),
});
const Candidate = z.object({
  finishReason: z.string().optional(),
  finishMessage: z.string().optional(),
  content: z.object({ parts: z.array(Part).default([]) }).optional(),
});
const Answer = z.object({
  promptFeedback: z
    .object({ blockReason: z.string().optional(), blockReasonMessage: z.string().optional() })
    .optional(),
  candidates: z.array(Candidate).default([]),
});

/** The same wish would be refused again. Other ends without a picture (NO_IMAGE, OTHER, MAX_TOKENS …) are chance. */
const REFUSALS: readonly string[] = [
  'SAFETY',
  'RECITATION',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
];

/**
 * In base64; the last one, where there are several.
 * @throws OutsideFailure: refused, by the reason that Gemini gives; retryable `text_only`, `no_image`, `bad_answer`.
 */
export function pictureIn(answer: unknown): string {
  const read = Answer.safeParse(answer);
  if (!read.success)
    throw new OutsideFailure('retryable', 'bad_answer', 'Gemini’s answer has another form than agreed.');
  const { promptFeedback, candidates } = read.data;
  if (promptFeedback?.blockReason !== undefined) {
    throw refused(promptFeedback.blockReason, promptFeedback.blockReasonMessage);
  }
  const parts = candidates.flatMap(({ content }) => content?.parts ?? []).filter(({ thought }) => thought !== true);
  const picture = parts.findLast(({ inlineData }) => inlineData !== undefined)?.inlineData?.data;
  if (picture !== undefined) return picture;
  const [first] = candidates;
  const reason = first?.finishReason ?? 'no candidates';
  if (REFUSALS.includes(reason)) throw refused(reason, first?.finishMessage);
  throw withoutPicture(parts.map(({ text }) => text ?? '').join(' '), reason);
}

function refused(reason: string, message = ''): OutsideFailure {
  const detail = `Gemini refuses the wish: ${reason}. ${shortened(message)}`.trim();
  return new OutsideFailure('refused', reason.toLowerCase(), detail);
}

/**
 * Words instead of a picture are seldom a refusal and mostly chance: the next try brings one. Where it is meant as a refusal, the
 * few tries that a job has are the price; the words stand in the failure for the people who then see it.
 */
function withoutPicture(words: string, reason: string): OutsideFailure {
  if (words.trim() === '') return new OutsideFailure('retryable', 'no_image', `Gemini made no picture (${reason}).`);
  return new OutsideFailure('retryable', 'text_only', `Gemini made no picture, but said: ${shortened(words)}`);
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199).toWellFormed()}…` : line;
}
