// Pictures by OpenAI, against a local server that speaks its protocol: what is sent, and what becomes of each answer.
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { makeOpenai, type OpenaiOptions } from '../../../src/integrations/pictures/openai.ts';
import { sizeFor } from '../../../src/integrations/pictures/openai-models.ts';
import { promptFor } from '../../../src/integrations/pictures/prompt.ts';
import type { PictureWish } from '../../../src/integrations/pictures/provider.ts';
import { OPENAI_KEY, type OpenaiAnswer, openaiForm, startOpenaiServer } from '../../support/outside/openai-server.ts';
import { never, picture, wish } from './wishes.ts';

const server = await startOpenaiServer();
afterAll(server.close);

const OPTIONS = { apiKey: OPENAI_KEY, baseUrl: `${server.url}/v1`, model: 'gpt-image-1.5', timeoutMs: 5000 };
const MADE = await picture(120, 90, '#963');

function ask(answer: OpenaiAnswer, options: Partial<OpenaiOptions> = {}) {
  server.next(answer);
  return wish().then((wanted) => makeOpenai({ ...OPTIONS, ...options }).make(wanted, never()));
}

async function sentFor(wanted: PictureWish, options: Partial<OpenaiOptions> = {}): Promise<Record<string, unknown>> {
  await makeOpenai({ ...OPTIONS, ...options }).make(wanted, never());
  const form = await openaiForm(server.requests.at(-1) ?? { headers: {}, body: Buffer.alloc(0) });
  return Object.fromEntries(form);
}

describe('what is sent', () => {
  test('one call, with the prompt, the original, the key, and nothing that was not asked for', async () => {
    const before = server.requests.length;
    const wanted = await wish('enhance', { words: '清晰一点' });
    const { image, ...fields } = await sentFor(wanted, { quality: 'high' });
    expect(server.requests.length).toBe(before + 1);
    expect(fields).toEqual({
      model: 'gpt-image-1.5',
      // A form's line ends are those of the network.
      prompt: promptFor(wanted).replaceAll('\n', '\r\n'),
      size: '1536x1024',
      output_format: 'png',
      input_fidelity: 'high',
      quality: 'high',
    });
    if (!(image instanceof File)) throw new Error('There is no picture in the request.');
    expect(image).toMatchObject({ name: 'original.png', type: 'image/png' });
    expect(Buffer.from(await image.arrayBuffer())).toEqual(wanted.original);
    const headers = server.requests.at(-1)?.headers ?? {};
    expect(headers['openai-organization']).toBeUndefined();
    expect(headers['openai-project']).toBeUndefined();
  });

  test.each([
    ['gpt-image-1.5', 'transparent'],
    ['gpt-image-1-mini', 'transparent'],
    ['gpt-image-2', undefined],
    ['gpt-image-2-2026-04-21', undefined],
    ['gpt-image-2.5-flare', 'transparent'],
  ])('%s is asked for a background that is %s', async (model, background) => {
    expect((await sentFor(await wish('remove_bg'), { model })).background).toBe(background);
    expect((await sentFor(await wish('enhance'), { model })).background).toBeUndefined();
  });

  test('only a model that takes it is asked to keep faces', async () => {
    for (const model of ['gpt-image-1-mini', 'gpt-image-2', 'gpt-image-2.5-flare']) {
      expect(await sentFor(await wish(), { model })).not.toHaveProperty('input_fidelity');
    }
  });

  test('what is not taken is not sent: layers, and originals of another kind', async () => {
    const before = server.requests.length;
    const maker = makeOpenai(OPTIONS);
    await expect(maker.make(await wish('layered'), never())).rejects.toMatchObject({
      kind: 'permanent',
      code: 'operation_not_offered',
    });
    const tiff = { ...(await wish()), mediaType: 'image/tiff' };
    await expect(maker.make(tiff, never())).rejects.toMatchObject({ kind: 'permanent', code: 'bad_original' });
    expect(server.requests.length).toBe(before);
  });
});

describe('the size that is asked for', () => {
  test.each([
    ['gpt-image-1.5', 4 / 3, null, '1536x1024'],
    ['gpt-image-1.5', 1.1, null, '1024x1024'],
    ['gpt-image-1.5', 9 / 16, null, '1024x1536'],
    ['chatgpt-image-latest', 3, null, '1536x1024'],
    ['gpt-image-2', 4 / 3, null, '1408x1056'],
    ['gpt-image-2', 1, null, '1248x1248'],
    ['gpt-image-2', 2, { width: 2000, height: 1000 }, '1984x992'],
    ['gpt-image-2', 4 / 3, { width: 8000, height: 6000 }, '2176x1632'],
    ['gpt-image-2', 2707 / 1803, { width: 2707, height: 1803 }, '2304x1536'],
  ])('of %s for a ratio of %f and %j is %s', (model, ratio, size, asked) => {
    expect(sizeFor(model, ratio, size)).toBe(asked);
  });

  test('keeps to what a free model takes, and to the ratio within one in a hundred', () => {
    const side = fc.integer({ min: 16, max: 8000 });
    fc.assert(
      fc.property(side, side, fc.boolean(), (width, height, isSize) => {
        const ratio = width / height;
        const [w = 0, h = 0] = sizeFor('gpt-image-2', ratio, isSize ? { width, height } : null)
          .split('x')
          .map(Number);
        expect([w % 16, h % 16]).toEqual([0, 0]);
        expect(Math.max(w, h)).toBeLessThanOrEqual(3840);
        expect(w / h).toBeLessThanOrEqual(3);
        expect(h / w).toBeLessThanOrEqual(3);
        expect(w * h).toBeLessThanOrEqual(2560 * 1440);
        expect(w * h).toBeGreaterThan(1_200_000);
        const wanted = Math.min(Math.max(ratio, 1 / 3), 3);
        expect(Math.abs(w / h / wanted - 1)).toBeLessThan(0.01);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('pictures that come', () => {
  test('are given as they are, with the model', async () => {
    const made = await ask({ kind: 'picture', data: MADE });
    expect(made).toEqual({
      data: MADE,
      mediaType: 'image/png',
      preview: null,
      model: 'gpt-image-1.5',
      notes: ['Made by a generative model of OpenAI.'],
    });
  });

  test('a little off the ratio are cut to it, and it is told', async () => {
    const made = await ask({ kind: 'picture', data: await picture(128, 90) });
    expect(made.notes.join(' ')).toContain('Cut a little');
  });

  test('it is told when a background could not be made transparent', async () => {
    const made = await makeOpenai({ ...OPTIONS, model: 'gpt-image-2' }).make(await wish('remove_bg'), never());
    expect(made.notes.join(' ')).toContain('no transparency');
  });
});

describe('answers without a picture', () => {
  test.each([
    [{ kind: 'moderated' }, 'refused', 'moderation_blocked'],
    [{ kind: 'error', status: 400, code: 'content_policy_violation' }, 'refused', 'content_policy_violation'],
    [{ kind: 'no_quota' }, 'auth', 'insufficient_quota'],
    [{ kind: 'error', status: 400, code: 'billing_hard_limit_reached' }, 'auth', 'billing_hard_limit_reached'],
    [{ kind: 'rate_limited' }, 'rate_limited', 'rate_limit_exceeded'],
    [{ kind: 'error', status: 400, code: 'invalid_size' }, 'permanent', 'invalid_size'],
    [{ kind: 'error', status: 400, code: null }, 'permanent', 'http_400'],
    [{ kind: 'error', status: 403, code: null }, 'auth', 'http_403'],
    [{ kind: 'error', status: 404, code: 'model_not_found' }, 'permanent', 'model_not_found'],
    [{ kind: 'error', status: 413, code: null }, 'permanent', 'http_413'],
    [{ kind: 'error', status: 500, code: 'server_error' }, 'retryable', 'server_error'],
    [{ kind: 'raw', status: 503, body: '<html>busy</html>' }, 'retryable', 'http_503'],
    [
      { kind: 'raw', status: 200, body: '{"data":', headers: { 'content-type': 'application/json' } },
      'retryable',
      'bad_answer',
    ],
    [{ kind: 'raw', status: 200, body: '<html></html>' }, 'retryable', 'no_image'],
    [{ kind: 'raw', status: 307, body: '', headers: { location: 'http://127.0.0.1:9/' } }, 'permanent', 'redirected'],
    [{ kind: 'empty' }, 'retryable', 'no_image'],
    [{ kind: 'picture', data: Buffer.from('no picture at all') }, 'retryable', 'bad_answer'],
  ] as const satisfies readonly (readonly [OpenaiAnswer, string, string])[])(
    '%j is %s, %s, and asked once',
    async (answer, kind, code) => {
      const before = server.requests.length;
      await expect(ask(answer)).rejects.toMatchObject({ name: 'OutsideFailure', kind, code });
      expect(server.requests.length).toBe(before + 1);
    },
  );

  test('the pause that OpenAI asks for is handed on, but not where no pause helps', async () => {
    const limited = (headers: Record<string, string>) => ask({ kind: 'rate_limited', headers });
    await expect(limited({ 'retry-after': '12' })).rejects.toMatchObject({ retryAfterMs: 12_000 });
    await expect(limited({ 'retry-after-ms': '350', 'retry-after': '1' })).rejects.toMatchObject({ retryAfterMs: 350 });
    await expect(limited({})).rejects.toMatchObject({ retryAfterMs: null });
    await expect(ask({ kind: 'no_quota' })).rejects.toMatchObject({ retryAfterMs: null });
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
  test('when it is wrong, is our fault, and no part of a failure holds any of it', async () => {
    const apiKey = 'sk-very-secret-indeed';
    const failing = makeOpenai({ ...OPTIONS, apiKey }).make(await wish(), never());
    const failure = await failing.catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'auth', code: 'invalid_api_key', message: expect.stringContaining('[key]') });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('sk-very');
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
    const making = makeOpenai({ ...OPTIONS, timeoutMs: 60_000 }).make(await wish(), giveUp.signal);
    await server.heard(before + 1);
    giveUp.abort();
    await expect(making).rejects.toMatchObject({ kind: 'retryable', code: 'aborted' });
    await server.requests.at(-1)?.gone;
  });

  test('a server that is not there is asked again later', async () => {
    const gone = await startOpenaiServer();
    await gone.close();
    const making = makeOpenai({ ...OPTIONS, baseUrl: `${gone.url}/v1` }).make(await wish(), never());
    await expect(making).rejects.toMatchObject({ kind: 'retryable', code: 'network' });
  });
});
