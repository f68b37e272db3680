// Makers that draw no transparency leave a cut-out on a flat background; one that works on pixels then takes that away.
import sharp from 'sharp';
import type { Picture, PictureProvider } from './provider.ts';

/** The same maker, whose answers to `remove_bg` are transparent: by itself, or by `remover`. @throws OutsideFailure of either. */
export function withCutOut(maker: PictureProvider, remover: PictureProvider): PictureProvider {
  return {
    name: maker.name,
    make: async (wish, signal) => {
      const picture = await maker.make(wish, signal);
      if (wish.operation !== 'remove_bg' || (await hasTransparency(picture))) return picture;
      const drawn = { ...wish, original: picture.data, mediaType: picture.mediaType };
      const cut = await remover.make(drawn, signal);
      return { ...cut, model: picture.model, notes: [...picture.notes, ...cut.notes] };
    },
  };
}

async function hasTransparency({ data }: Picture): Promise<boolean> {
  const { isOpaque } = await sharp(data).stats();
  return !isOpaque;
}
