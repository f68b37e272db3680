// Wishes and pictures for the tests of makers outside: small, and told apart by their colour.
import sharp, { type Color } from 'sharp';
import type { Operation } from '../../../src/domain/images/operation.ts';
import { Requirements } from '../../../src/domain/images/requirements.ts';
import type { PictureWish } from '../../../src/integrations/pictures/provider.ts';

export function picture(width: number, height: number, background: Color = '#369'): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 4, background } })
    .png()
    .toBuffer();
}

export async function wish(
  operation: Operation = 'enhance',
  requirements: Parameters<typeof Requirements.parse>[0] = {},
): Promise<PictureWish> {
  const original = await picture(120, 90);
  return { operation, original, mediaType: 'image/png', requirements: Requirements.parse(requirements) };
}

export function never(): AbortSignal {
  return new AbortController().signal;
}
