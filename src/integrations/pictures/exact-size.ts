// Makers that draw in sizes of their own come near to what was asked; one that works on pixels brings their picture to it exactly.
import type { PictureProvider } from './provider.ts';

/** The same maker, whose pictures have the size in pixels that was asked for. @throws OutsideFailure of either. */
export function withExactSize(maker: PictureProvider, resizer: PictureProvider): PictureProvider {
  return {
    name: maker.name,
    make: async (wish, signal) => {
      const picture = await maker.make(wish, signal);
      if (wish.requirements.size === null || picture.preview !== null) return picture;
      const drawn = { ...wish, operation: 'resize', original: picture.data, mediaType: picture.mediaType } as const;
      const exact = await resizer.make(drawn, signal);
      return { ...exact, model: picture.model, notes: [...picture.notes, ...exact.notes] };
    },
  };
}
