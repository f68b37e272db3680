// How an account works on pictures: who makes them, at what price, how often, and until when; and what contacts are told on the way.
import { z } from 'zod';

const DAY = 86_400;
const seconds = (fallback: number, max = 90 * DAY) => z.int().min(1).max(max).default(fallback);
const money = z.number().min(0).max(100_000).multipleOf(0.01);
const price = (from: number, to: number) =>
  z
    .strictObject({ from: money.default(from), to: money.default(to) })
    .refine(({ from: low, to: high }) => low <= high, { path: ['to'], message: 'must not be below `from`' })
    .prefault({});

/** What work costs by its complexity, from-to, in the currency's main unit. Defaults: the image workflow that this follows. */
export const Prices = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be a currency of ISO 4217, for instance CNY')
    .default('CNY'),
  simple: price(10, 15),
  normal: price(15, 20),
  complex: price(20, 25),
  hard: price(25, 30),
});
export type Prices = z.output<typeof Prices>;

export const ImageSettings = z.strictObject({
  /** Work begins by itself when it is paid; else people are told. */
  automatic: z.boolean().default(true),
  /** Who looks at a picture first: we, or upstream, which is waited for. */
  analyser: z.enum(['embedded', 'upstream']).default('embedded'),
  /** Who makes the pictures; `default`: what the installation says (IMAGE_PROVIDER). */
  provider: z.enum(['default', 'embedded', 'gemini', 'openai']).default('default'),
  prices: Prices.prefault({}),
  /** Times that a contact may ask for changes; then people are told. */
  maxRevisions: z.int().min(0).max(20).default(3),
  /** Attempts for one result; the best one counts. */
  maxAttempts: z.int().min(1).max(10).default(3),
  /** Score, 0-100, below which a result is tried again, and in the end reported. */
  qualityBar: z.int().min(0).max(100).default(70),
  /** Seconds in which a link to a picture works. */
  linksFor: seconds(30 * DAY, 365 * DAY),
  /** Bytes of pictures that are attached to a mail; what is larger is sent as a link. */
  mailLimit: z
    .int()
    .min(0)
    .max(40 * 1024 * 1024)
    .default(15 * 1024 * 1024),
  /** A task that nothing moves for so long is over. */
  deadlines: z
    .strictObject({
      pending: seconds(7 * DAY),
      processing: seconds(3600, 7 * DAY),
      awaitingConfirm: seconds(7 * DAY),
      revision: seconds(3 * DAY),
      /** Of work that was paid, and that people do. */
      byHand: seconds(3 * DAY),
    })
    .prefault({}),
});
export type ImageSettings = z.output<typeof ImageSettings>;

/** What contacts are told while their picture is worked on: Chinese and English. `{address}` and the like are filled in. */
export const IMAGE_PHRASES = {
  imageReady: [
    '图片处理好了，您看一下效果。没问题的话请把邮箱发给我，我发到您的邮箱。',
    'Your picture is ready, have a look. If you like it, send me your e-mail address and I will mail it to you.',
  ],
  imageReadyKnown: [
    '图片处理好了，您看一下效果。没问题请回复“可以”，我发到 {address}。',
    'Your picture is ready, have a look. If you like it, answer “OK” and I will mail it to {address}.',
  ],
  imageAskAddress: [
    '太好了，请把邮箱发给我，我发到您的邮箱。',
    'Glad you like it. Send me your e-mail address and I will mail it to you.',
  ],
  imageAskTypo: [
    '请确认一下，您的邮箱是 {meant} 吗？是的话请回复“是”，不是请再发一次。',
    'Just to be sure: is your address {meant}? Answer “yes”, or send it again.',
  ],
  imageAskWhichAddress: [
    '您发了几个邮箱：{addresses}。请问发到哪一个？',
    'You sent several addresses: {addresses}. Which one shall I use?',
  ],
  imageAskWhole: [
    '请把完整的邮箱地址发给我，例如 name@example.com。',
    'Please send me the whole e-mail address, for instance name@example.com.',
  ],
  imageAskChange: [
    '好的，请告诉我哪里要改，也可以发一张图说明。',
    'Of course. Tell me what to change, or send a picture that shows it.',
  ],
  imageAskWhich: [
    '您还有一张图片正在处理。这张新图是要换成它，还是继续原来那张？请回复“换成这张”或“原来那张”。',
    'We are still at work on another picture of yours. Shall I take the new one instead, or keep the first? Answer “the new one” or “the first one”.',
  ],
  imageReplaced: ['好的，换成这张。', 'All right, I will take the new one.'],
  imageNoted: [
    '好的，这张新图等前一张完成后再处理。',
    'All right, the new one comes after the one that we are at work on.',
  ],
  imageAgain: ['好的，马上按您的要求重新处理。', 'All right, I will do it again as you say.'],
  imageMailed: ['已发送到 {address}，请查收。', 'Sent to {address}.'],
  imageMailRefused: [
    '发送到 {address} 没有成功，请再发一次您的邮箱地址。',
    'Mail to {address} did not go through. Please send me your e-mail address again.',
  ],
  imageMailUnknown: [
    '作品应该已经发到 {address}。收到请回复“收到”，没收到请再发一次邮箱。',
    'Your picture should be on its way to {address}. Answer “received” when it is there, or send the address again.',
  ],
  imageUnreadable: ['这张图片打不开，请再发一次原图。', 'I can not open this picture. Please send the original again.'],
  imageDelayed: [
    '图片正在处理中，同事会跟进，请稍候。',
    'Your picture takes a little longer; a colleague looks after it.',
  ],
  imagePeople: ['好的，我请同事来帮您处理。', 'I will ask a colleague to help you with this.'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;
