// Pictures by Google's Gemini. One call a wish, never repeated here; a refusal comes as an answer of status 200 and is found there.
import { GoogleGenAI } from '@google/genai';
import { withinTime } from '../within-time.ts';
import { ratioOfPicture, readAnsweredPicture } from './answered-picture.ts';
import { LONGEST_ANSWER, makeBoundedFetch } from './bounded-fetch.ts';
import { pictureIn } from './gemini-answer.ts';
import { geminiFailure } from './gemini-failure.ts';
import { notOffered } from './not-offered.ts';
import { promptFor } from './prompt.ts';
import type { Picture, PictureProvider, PictureWish } from './provider.ts';
import { nearestRatio, wantedRatio } from './ratio.ts';

/** Those that every image model of Gemini takes. */
const RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'] as const;

export type GeminiOptions = {
  readonly apiKey: string;
  readonly baseUrl?: string | undefined;
  readonly model: string;
  /** For the whole call. */
  readonly timeoutMs: number;
  /** Not every model takes it; without it the model chooses, mostly 1K. */
  readonly imageSize?: '1K' | '2K' | '4K' | undefined;
  /** Of the answer as it comes, with the picture in base64. */
  readonly maxAnswerBytes?: number | undefined;
};

export function makeGemini(options: GeminiOptions): PictureProvider {
  const client = new GoogleGenAI({
    apiKey: options.apiKey,
    // Said outright, since the library would else look for them in the environment.
    vertexai: false,
    apiVersion: 'v1beta',
    httpOptions: {
      baseUrl: options.baseUrl ?? 'https://generativelanguage.googleapis.com',
      fetch: makeBoundedFetch(options.maxAnswerBytes ?? LONGEST_ANSWER),
    },
  });
  return {
    name: 'gemini',
    make: async (wish, signal) => {
      if (wish.operation === 'layered') throw notOffered('Gemini', wish.operation);
      try {
        return await withinTime({ timeoutMs: options.timeoutMs, signal }, (stop) => make(client, options, wish, stop));
      } catch (error) {
        throw geminiFailure(error, options.apiKey);
      }
    },
  };
}

async function make(
  client: GoogleGenAI,
  options: GeminiOptions,
  wish: PictureWish,
  stop: AbortSignal,
): Promise<Picture> {
  const wanted = wantedRatio(wish.requirements);
  const answer = await client.models.generateContent({
    model: options.model,
    contents: [{ role: 'user', parts: [{ text: promptFor(wish) }, originalOf(wish)] }],
    config: {
      responseModalities: ['IMAGE'],
      imageConfig: {
        // Where no ratio is asked for, the model keeps to that of the original.
        ...(wanted === null ? {} : { aspectRatio: nearestRatio(RATIOS, wanted) }),
        ...(options.imageSize === undefined ? {} : { imageSize: options.imageSize }),
      },
      abortSignal: stop,
    },
  });
  const ratio = wanted ?? (await ratioOfPicture(wish.original));
  const { isCut, ...picture } = await readAnsweredPicture(pictureIn(answer), ratio);
  return { ...picture, preview: null, model: options.model, notes: notesOf(wish, isCut) };
}

function originalOf({ original, mediaType }: PictureWish) {
  return { inlineData: { mimeType: mediaType, data: original.toString('base64') } };
}

function notesOf({ operation }: PictureWish, isCut: boolean): string[] {
  const notes = ['Made by a generative model of Google, which marks its pictures invisibly (SynthID).'];
  if (isCut) notes.push('Cut a little at the edges to the ratio that was wanted.');
  if (operation === 'remove_bg')
    notes.push('The model draws no transparency: it left the subject on a flat background.');
  return notes;
}
