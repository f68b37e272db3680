// A maker without transparency, together with one that works on pixels: a cut-out is transparent in the end.
import { expect, test } from 'vitest';
import { withCutOut } from '../../../src/integrations/pictures/cut-out.ts';
import type { Picture, PictureProvider, PictureWish } from '../../../src/integrations/pictures/provider.ts';
import { never, picture, wish } from './wishes.ts';

const OPAQUE = await picture(12, 9, '#fff');
const CLEAR = await picture(12, 9, { r: 0, g: 0, b: 0, alpha: 0 });

function maker(name: PictureProvider['name'], data: Buffer, model: string | null) {
  const asked: PictureWish[] = [];
  const made: Picture = { data, mediaType: 'image/png', preview: null, model, notes: [`by ${name}`] };
  const provider: PictureProvider = {
    name,
    make: async (wanted) => {
      asked.push(wanted);
      return made;
    },
  };
  return { provider, asked, made };
}

test('what came without transparency is cut out, and both makers are named', async () => {
  const drawn = maker('gemini', OPAQUE, 'gemini-2.5-flash-image');
  const cut = maker('embedded', CLEAR, null);
  const together = withCutOut(drawn.provider, cut.provider);
  const wanted = await wish('remove_bg', { words: '抠图' });
  const made = await together.make(wanted, never());
  expect(together.name).toBe('gemini');
  expect(made).toEqual({ ...cut.made, model: 'gemini-2.5-flash-image', notes: ['by gemini', 'by embedded'] });
  expect(cut.asked).toEqual([{ ...wanted, original: OPAQUE }]);
});

test('what came transparent, and every other operation, stays as it is', async () => {
  const cut = maker('embedded', CLEAR, null);
  const clear = maker('openai', CLEAR, 'gpt-image-1.5');
  const opaque = maker('openai', OPAQUE, 'gpt-image-1.5');
  expect(await withCutOut(clear.provider, cut.provider).make(await wish('remove_bg'), never())).toBe(clear.made);
  expect(await withCutOut(opaque.provider, cut.provider).make(await wish('enhance'), never())).toBe(opaque.made);
  expect(cut.asked).toEqual([]);
});
