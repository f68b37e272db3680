// The one interface that every maker of pictures stands behind: a picture and what is wanted go in, a picture comes out.
import type { Operation } from '../../domain/images/operation.ts';
import type { Requirements } from '../../domain/images/requirements.ts';

export const PROVIDERS = ['embedded', 'gemini', 'openai'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export type PictureWish = {
  readonly operation: Operation;
  /** The original: upright, without metadata, within the limits of size. */
  readonly original: Buffer;
  readonly mediaType: string;
  readonly requirements: Requirements;
};

export type Picture = {
  /** What the contact gets. */
  readonly data: Buffer;
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/vnd.adobe.photoshop';
  /** Where `data` is no picture that screens show (layers): the same, flattened, as PNG. Else null. */
  readonly preview: Buffer | null;
  readonly model: string | null;
  /** What was done, or could not be, in words for people; each in English. */
  readonly notes: readonly string[];
};

export type PictureProvider = {
  readonly name: ProviderName;
  /** @throws OutsideFailure; ends soon after `signal` is aborted, whatever it is at. */
  readonly make: (wish: PictureWish, signal: AbortSignal) => Promise<Picture>;
};
