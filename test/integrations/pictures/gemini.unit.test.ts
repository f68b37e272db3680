// Pictures by Gemini, against a local server that speaks its protocol: what is sent, and what becomes of each answer.
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { type GeminiOptions, makeGemini } from '../../../src/integrations/pictures/gemini.ts';
import { promptFor } from '../../../src/integrations/pictures/prompt.ts';
import { GEMINI_KEY, type GeminiAnswer, geminiBody, startGeminiServer } from '../../support/outside/gemini-server.ts';
import { never, picture, wish } from './wishes.ts';

const server = await startGeminiServer();
afterAll(server.close);

const OPTIONS = { apiKey: GEMINI_KEY, baseUrl: server.url, model: 'gemini-2.5-flash-image', timeoutMs: 5000 };
const MADE = await picture(120, 90, '#963');

function ask(answer: GeminiAnswer, options: Partial<GeminiOptions> = {}) {
  server.next(answer);
  return wish().then((wanted) => makeGemini({ ...OPTIONS, ...options }).make(wanted, never()));
}

describe('what is sent', () => {
  test('one call, with the prompt, the original, the key, and nothing that was not asked for', async () => {
    const before = server.requests.length;
    const wanted = await wish('fix_old_photo', { words: '修复' });
    await makeGemini(OPTIONS).make(wanted, never());
    expect(server.requests.length).toBe(before + 1);
    const sent = server.requests.at(-1);
    expect(sent?.path).toBe('/v1beta/models/gemini-2.5-flash-image:generateContent');
    expect(geminiBody({ body: sent?.body ?? Buffer.alloc(0) })).toEqual({
      contents: [
        {
          role: 'user',
          parts: [
            { text: promptFor(wanted) },
            { inlineData: { mimeType: 'image/png', data: wanted.original.toString('base64') } },
          ],
        },
      ],
      generationConfig: { responseModalities: ['IMAGE'], imageConfig: {} },
    });
  });

  test.each([
    [{ ratio: '4:3' }, '4:3'],
    [{ ratio: '7:5' }, '4:3'],
    [{ ratio: '100:1' }, '21:9'],
    [{ ratio: '1:100' }, '9:16'],
    [{ ratio: '1:1', size: { width: 1600, height: 900 } }, '16:9'],
    [{ analysis: { complexity: 'simple', ratio: '2:3' } }, '2:3'],
    [{ ratio: '5:4', analysis: { complexity: 'simple', ratio: '2:3' } }, '5:4'],
  ] as const)('%j is asked for as %s, the nearest that there is', async (requirements, aspectRatio) => {
    await makeGemini({ ...OPTIONS, imageSize: '2K' }).make(await wish('resize', requirements), never());
    const { imageConfig } = geminiBody(server.requests.at(-1) ?? { body: Buffer.alloc(0) }).generationConfig;
    expect(imageConfig).toEqual({ aspectRatio, imageSize: '2K' });
  });

  test('layers are not asked for at all', async () => {
    const before = server.requests.length;
    const making = makeGemini(OPTIONS).make(await wish('layered'), never());
    await expect(making).rejects.toMatchObject({ kind: 'permanent', code: 'operation_not_offered' });
    expect(server.requests.length).toBe(before);
  });
});

describe('pictures that come', () => {
  test('are given as they are, with the model and what is to be known of it', async () => {
    const made = await ask({ kind: 'picture', data: MADE, words: 'Here you are.' });
    expect(made).toMatchObject({ data: MADE, mediaType: 'image/png', preview: null, model: OPTIONS.model });
    expect(made.notes).toEqual([expect.stringContaining('SynthID')]);
  });

  test('are known by their bytes, not by what they are called', async () => {
    const jpeg = await sharp(MADE).jpeg().toBuffer();
    expect((await ask({ kind: 'picture', data: jpeg, mediaType: 'image/png' })).mediaType).toBe('image/jpeg');
  });

  test('that are the original, or tiny, or of another composition are left to those who judge quality', async () => {
    expect((await ask({ kind: 'same' })).data).toEqual((await wish()).original);
    for (const data of [await picture(1, 1), await picture(90, 120)]) {
      expect((await ask({ kind: 'picture', data })).data).toEqual(data);
    }
  });

  test.each([
    [1184, 864, 'image/png'],
    [864, 1184, 'image/jpeg'],
    [1344, 768, 'image/webp'],
  ] as const)('of %ix%i, a little off the ratio, are cut to it and stay %s', async (width, height, mediaType) => {
    const format = mediaType === 'image/png' ? 'png' : mediaType === 'image/jpeg' ? 'jpeg' : 'webp';
    const data = await sharp(await picture(width, height))
      .toFormat(format)
      .toBuffer();
    const ratio = width === 1344 ? '16:9' : width > height ? '4:3' : '3:4';
    server.next({ kind: 'picture', data });
    const made = await makeGemini(OPTIONS).make(await wish('resize', { ratio }), never());
    const seen = await sharp(made.data).metadata();
    const [w = 1, h = 1] = ratio.split(':').map(Number);
    expect(Math.abs(seen.width / seen.height / (w / h) - 1)).toBeLessThan(0.003);
    expect(seen.width * seen.height).toBeGreaterThan(width * height * 0.95);
    expect(made.mediaType).toBe(mediaType);
    expect(seen.format).toBe(format);
    expect(made.notes.join(' ')).toContain('Cut a little');
  });

  test('drafts of the model are no answer, and of several pictures the last one is', async () => {
    const part = (data: Buffer, thought?: boolean) => ({
      inlineData: { mimeType: 'image/png', data: data.toString('base64') },
      thought,
    });
    const parts = [part(await picture(120, 90, '#111')), part(MADE), part(await picture(120, 90, '#222'), true)];
    const body = JSON.stringify({ candidates: [{ content: { parts }, finishReason: 'STOP' }] });
    expect((await ask({ kind: 'raw', status: 200, body })).data).toEqual(MADE);
  });
});

describe('answers without a picture', () => {
  test.each([
    [{ kind: 'blocked', reason: 'SAFETY' }, 'refused', 'safety'],
    [{ kind: 'blocked', reason: 'OTHER' }, 'refused', 'other'],
    [{ kind: 'finished', reason: 'IMAGE_SAFETY', message: 'Unable to show it.' }, 'refused', 'image_safety'],
    [{ kind: 'finished', reason: 'IMAGE_PROHIBITED_CONTENT' }, 'refused', 'image_prohibited_content'],
    [{ kind: 'finished', reason: 'IMAGE_RECITATION' }, 'refused', 'image_recitation'],
    [{ kind: 'finished', reason: 'RECITATION' }, 'refused', 'recitation'],
    [{ kind: 'finished', reason: 'NO_IMAGE' }, 'retryable', 'no_image'],
    [{ kind: 'finished', reason: 'IMAGE_OTHER' }, 'retryable', 'no_image'],
    [{ kind: 'finished', reason: 'MAX_TOKENS' }, 'retryable', 'no_image'],
    [{ kind: 'text', words: 'Which of the two teapots?' }, 'retryable', 'text_only'],
    [{ kind: 'rate_limited', retryDelay: '7s' }, 'rate_limited', 'resource_exhausted'],
    [{ kind: 'error', status: 400, code: 'INVALID_ARGUMENT' }, 'permanent', 'invalid_argument'],
    [{ kind: 'error', status: 403, code: 'PERMISSION_DENIED' }, 'auth', 'permission_denied'],
    [{ kind: 'error', status: 404, code: 'NOT_FOUND' }, 'permanent', 'not_found'],
    [{ kind: 'error', status: 500, code: 'INTERNAL' }, 'retryable', 'internal'],
    [{ kind: 'error', status: 503, code: 'UNAVAILABLE' }, 'retryable', 'unavailable'],
    [{ kind: 'raw', status: 502, body: '<html>Bad gateway</html>' }, 'retryable', 'bad gateway'],
    [{ kind: 'raw', status: 200, body: '{"candidates":' }, 'retryable', 'bad_answer'],
    [
      { kind: 'raw', status: 200, body: '{"candidates":[{"content":{"parts":[{"inlineData":{"data":7}}]}}]}' },
      'retryable',
      'bad_answer',
    ],
    [{ kind: 'raw', status: 200, body: '{}' }, 'retryable', 'no_image'],
    [{ kind: 'raw', status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } }, 'permanent', 'redirected'],
    [{ kind: 'picture', data: Buffer.from('no picture at all') }, 'retryable', 'bad_answer'],
    [{ kind: 'picture', data: MADE.subarray(0, 20) }, 'retryable', 'bad_answer'],
  ] as const satisfies readonly (readonly [GeminiAnswer, string, string])[])(
    '%j is %s, %s, and asked once',
    async (answer, kind, code) => {
      const before = server.requests.length;
      await expect(ask(answer)).rejects.toMatchObject({ name: 'OutsideFailure', kind, code });
      expect(server.requests.length).toBe(before + 1);
    },
  );

  test('the pause that Google asks for is handed on, parts of a second too', async () => {
    await expect(ask({ kind: 'rate_limited', retryDelay: '7s' })).rejects.toMatchObject({ retryAfterMs: 7000 });
    await expect(ask({ kind: 'rate_limited', retryDelay: '0.25s' })).rejects.toMatchObject({ retryAfterMs: 250 });
    await expect(ask({ kind: 'rate_limited' })).rejects.toMatchObject({ retryAfterMs: null });
  });

  test('the words of a model that only talks are kept for people, shortened', async () => {
    const failing = ask({ kind: 'text', words: `Which\nteapot? ${'long '.repeat(100)}` });
    await expect(failing).rejects.toThrow(/said: Which teapot\? (long )+.*…$/);
  });

  test('an answer over the limit is not read to its end', async () => {
    const answer = { kind: 'picture', data: Buffer.concat([MADE, Buffer.alloc(2_000_000)]) } as const;
    await expect(ask(answer, { maxAnswerBytes: 100_000 })).rejects.toMatchObject({
      kind: 'retryable',
      code: 'bad_answer',
    });
  });
});

describe('the key', () => {
  test('when it is wrong, is our fault, and no part of a failure holds it', async () => {
    const apiKey = 'AIza-very-secret';
    const failure = await ask({ kind: 'same' }, { apiKey }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'auth', code: 'api_key_invalid', message: expect.stringContaining('[key]') });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain(apiKey);
    // The answer that the wrong key did not use up.
    await makeGemini(OPTIONS).make(await wish(), never());
  });
});

describe('time', () => {
  test('a server that does not answer is left, and asked again later', async () => {
    await expect(ask({ kind: 'hang' }, { timeoutMs: 50 })).rejects.toMatchObject({
      kind: 'retryable',
      code: 'timeout',
    });
    await server.requests.at(-1)?.gone;
  });

  test('who gives up is told so at once, and the server is left', async () => {
    const before = server.requests.length;
    server.next({ kind: 'hang' });
    const giveUp = new AbortController();
    const making = makeGemini({ ...OPTIONS, timeoutMs: 60_000 }).make(await wish(), giveUp.signal);
    await server.heard(before + 1);
    giveUp.abort();
    await expect(making).rejects.toMatchObject({ kind: 'retryable', code: 'aborted' });
    await server.requests.at(-1)?.gone;
  });

  test('a server that is not there is asked again later', async () => {
    const gone = await startGeminiServer();
    await gone.close();
    const making = makeGemini({ ...OPTIONS, baseUrl: gone.url }).make(await wish(), never());
    await expect(making).rejects.toMatchObject({ kind: 'retryable', code: 'network' });
  });
});
