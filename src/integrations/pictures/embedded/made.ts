// What one operation makes of a picture, and what each of them is told.
import type { Requirements } from '../../../domain/images/requirements.ts';
import type { Picture } from '../provider.ts';

export type Made = Omit<Picture, 'model'>;
/** @throws OutsideFailure where the picture cannot be read, or does not lend itself to it. */
export type Work = (original: Buffer, requirements: Requirements) => Promise<Made>;
