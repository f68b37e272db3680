// Pictures by OpenAI's image models. One call a wish, never repeated here.
import OpenAI, { toFile } from 'openai';
import { OutsideFailure } from '../outside-failure.ts';
import { withinTime } from '../within-time.ts';
import { ratioOfPicture, readAnsweredPicture } from './answered-picture.ts';
import { LONGEST_ANSWER, makeBoundedFetch } from './bounded-fetch.ts';
import { notOffered } from './not-offered.ts';
import { openaiFailure } from './openai-failure.ts';
import { keepsFaces, makesTransparency, sizeFor } from './openai-models.ts';
import { promptFor } from './prompt.ts';
import type { Picture, PictureProvider, PictureWish } from './provider.ts';
import { wantedRatio } from './ratio.ts';

const TAKEN: Readonly<Record<string, string>> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' };

export type OpenaiOptions = {
  readonly apiKey: string;
  readonly baseUrl?: string | undefined;
  readonly model: string;
  /** For the whole call. */
  readonly timeoutMs: number;
  /** Dearer and slower as it gets better; without it the model chooses. */
  readonly quality?: 'low' | 'medium' | 'high' | undefined;
  /** Of the answer as it comes, with the picture in base64. */
  readonly maxAnswerBytes?: number | undefined;
};

export function makeOpenai(options: OpenaiOptions): PictureProvider {
  const client = new OpenAI({
    apiKey: options.apiKey,
    baseURL: options.baseUrl ?? 'https://api.openai.com/v1',
    // Said outright, since the library would else look for them in the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: options.timeoutMs,
    fetch: makeBoundedFetch(options.maxAnswerBytes ?? LONGEST_ANSWER),
  });
  return {
    name: 'openai',
    make: async (wish, signal) => {
      if (wish.operation === 'layered') throw notOffered('OpenAI', wish.operation);
      try {
        return await withinTime({ timeoutMs: options.timeoutMs, signal }, (stop) => make(client, options, wish, stop));
      } catch (error) {
        throw openaiFailure(error, options.apiKey);
      }
    },
  };
}

async function make(client: OpenAI, options: OpenaiOptions, wish: PictureWish, stop: AbortSignal): Promise<Picture> {
  const { model, quality } = options;
  const ratio = wantedRatio(wish.requirements) ?? (await ratioOfPicture(wish.original));
  const isTransparent = wish.operation === 'remove_bg' && makesTransparency(model);
  const answer = await client.images.edit(
    {
      model,
      image: await originalOf(wish),
      prompt: promptFor(wish),
      size: sizeFor(model, ratio, wish.requirements.size),
      output_format: 'png',
      ...(isTransparent ? { background: 'transparent' } : {}),
      ...(keepsFaces(model) ? { input_fidelity: 'high' } : {}),
      ...(quality === undefined ? {} : { quality }),
    },
    { signal: stop },
  );
  const base64 = answer.data?.[0]?.b64_json;
  if (typeof base64 !== 'string')
    throw new OutsideFailure('retryable', 'no_image', 'OpenAI answered without a picture.');
  const { isCut, ...picture } = await readAnsweredPicture(base64, ratio);
  return { ...picture, preview: null, model, notes: notesOf(wish, isTransparent, isCut) };
}

function originalOf({ original, mediaType }: PictureWish): Promise<File> {
  const ending = TAKEN[mediaType];
  if (ending === undefined) throw new OutsideFailure('permanent', 'bad_original', `OpenAI takes no ${mediaType}.`);
  return toFile(original, `original.${ending}`, { type: mediaType });
}

function notesOf({ operation }: PictureWish, isTransparent: boolean, isCut: boolean): string[] {
  const notes = ['Made by a generative model of OpenAI.'];
  if (isCut) notes.push('Cut a little at the edges to the ratio that was wanted.');
  if (operation === 'remove_bg' && !isTransparent) {
    notes.push('The model draws no transparency: it left the subject on a flat background.');
  }
  return notes;
}
