// The steps of an image task, each a question to the outside and its answer. Nothing is decided here: the deed that ends the attempt does.
import { runAct } from '../act.ts';
import { markSending } from '../domain/images/begin-attempt.ts';
import { mailText } from '../domain/images/mail-text.ts';
import type { Made, Outcome } from '../domain/images/outcome.ts';
import type { Step } from '../domain/images/steps.ts';
import type { Kept, Work } from '../domain/images/work.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import { analysePicture } from '../integrations/pictures/analyse.ts';
import { measurePicture } from '../integrations/pictures/measure.ts';
import { readOriginal } from '../integrations/pictures/original.ts';
import type { Picture } from '../integrations/pictures/provider.ts';
import type { Kernel } from '../kernel.ts';
import type { Outside } from './outside.ts';
import { SYSTEM } from './perform.ts';

type Make = (kernel: Kernel, outside: Outside, work: Work, signal: AbortSignal) => Promise<Outcome>;

/** @throws OutsideFailure, and whatever a fault of ours throws */
export function makeStep(kernel: Kernel, outside: Outside, work: Work, signal: AbortSignal): Promise<Outcome> {
  return MAKE[work.step](kernel, outside, work, signal);
}

const MAKE: Readonly<Record<Step, Make>> = { fetch: fetchOriginal, analysis: analyse, processing, checking, mail };

async function fetchOriginal(_kernel: Kernel, outside: Outside, work: Work, signal: AbortSignal): Promise<Outcome> {
  const found = await outside.fetchPicture(work.source, signal);
  const { data, mediaType, width, height } = await readOriginal(found.data);
  return { kind: 'fetched', original: await put(outside, data, { mediaType, width, height, name: 'original' }) };
}

async function analyse(_kernel: Kernel, outside: Outside, work: Work): Promise<Outcome> {
  return { kind: 'analysed', analysis: await analysePicture(await read(outside, work.original)) };
}

async function processing(_kernel: Kernel, outside: Outside, work: Work, signal: AbortSignal): Promise<Outcome> {
  const original = await read(outside, work.original);
  const provider = outside.providerOf(work.provider);
  const { operation, requirements } = work;
  const mediaType = work.original?.mediaType ?? '';
  const picture = await provider.make({ operation, original, mediaType, requirements }, signal);
  return made(outside, work, picture, original);
}

/** A result of somebody else is judged like ours. */
async function checking(_kernel: Kernel, outside: Outside, work: Work, signal: AbortSignal): Promise<Outcome> {
  const original = await read(outside, work.original);
  const found = await outside.fetchPicture(work.submitted ?? '', signal);
  return made(outside, work, { ...found, preview: null, model: null, notes: [] }, original);
}

type AnyPicture = Omit<Picture, 'mediaType'> & { readonly mediaType: string };

/** Whoever made it may have written into it where, when and by what; one that can not be read is judged as it is. */
async function withoutMetadata(picture: AnyPicture): Promise<AnyPicture> {
  if (picture.preview !== null) return picture;
  return readOriginal(picture.data).then(
    ({ data, mediaType }) => ({ ...picture, data, mediaType }),
    () => picture,
  );
}

async function made(outside: Outside, work: Work, raw: AnyPicture, original: Buffer): Promise<Outcome> {
  const shown = raw.preview ?? raw.data;
  const [measured, before] = [await measurePicture(shown, original), await measurePicture(original, null)];
  if (!before) throw new OutsideFailure('permanent', 'file_damaged', 'The original can not be read any more.');
  const picture = work.maker === 'embedded' ? raw : await withoutMetadata(raw);
  const size = { width: measured?.width ?? null, height: measured?.height ?? null };
  const name = `${work.operation}-${work.round}`;
  const file = await put(outside, picture.data, { ...size, mediaType: picture.mediaType, name });
  const preview = picture.preview
    ? await put(outside, picture.preview, { ...size, mediaType: 'image/png', name: `${name}-preview` })
    : null;
  const { model, notes } = picture;
  return { kind: 'made', file, preview, model, notes, measured, original: before };
}

async function mail(kernel: Kernel, outside: Outside, work: Work, signal: AbortSignal): Promise<Outcome> {
  const { result, email, messageId } = work;
  if (!result || email === null || messageId === null) throw new Error('a mail without a result or an address');
  const attached = result.bytes <= work.mailLimit;
  const until = new Date(kernel.clock().getTime() + work.linksFor * 1000);
  const text = mailText(work.operation, work.language, work.shop, attached ? null : outside.linkTo(result.id, until));
  const data = attached ? await read(outside, result) : null;
  const attachments = data ? [{ name: result.name, mediaType: result.mediaType, data }] : [];
  // From here on it may have gone out, whatever becomes of us.
  const beforeData = async () => {
    const stands = await runAct(kernel, SYSTEM, (act) => markSending(act, work));
    if (!stands)
      throw new OutsideFailure('retryable', 'not_wanted', 'The mail is not wanted any more, or another worker has it.');
  };
  const sent = await outside.mail().send({ to: email, ...text, attachments, messageId }, signal, beforeData);
  return { kind: 'mailed', response: sent.response };
}

const ENDINGS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/tiff': 'tif',
  'image/vnd.adobe.photoshop': 'psd',
};

async function put(
  outside: Outside,
  data: Buffer,
  { name, ...picture }: Pick<Made, 'mediaType' | 'width' | 'height' | 'name'>,
): Promise<Made> {
  const { hash, bytes } = await outside.files.put(data, picture.mediaType);
  return { ...picture, hash, bytes, name: `${name}.${ENDINGS[picture.mediaType] ?? 'bin'}` };
}

/** @throws OutsideFailure file_lost */
async function read(outside: Outside, kept: Kept | null): Promise<Buffer> {
  const data = kept ? await outside.files.get(kept.hash) : null;
  if (!data) throw new OutsideFailure('permanent', 'file_lost', 'The store does not have this picture any more.');
  return data;
}
