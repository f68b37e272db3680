// Files in a bucket, against a server that checks every signature by itself.
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openFileStore } from '../../src/integrations/file-store.ts';
import type { FileStore } from '../../src/integrations/files/store.ts';
import { OutsideFailure } from '../../src/integrations/outside-failure.ts';
import { type S3TestServer, startS3Server, type Trouble } from '../support/outside/s3-server.ts';

const DATA = Buffer.from('图片的内容');

let s3: S3TestServer;
beforeAll(async () => {
  s3 = await startS3Server();
});
afterAll(() => s3.close());
beforeEach(() => {
  s3.objects.clear();
  s3.always(null);
});

function open(
  change: {
    accessKeyId?: string;
    secretAccessKey?: string;
    region?: string;
    endpoint?: string;
    timeoutMs?: number;
  } = {},
): FileStore {
  const { url, bucket, region, accessKeyId, secretAccessKey } = s3;
  const login = { endpoint: url, bucket, region, accessKeyId, secretAccessKey, ...change };
  return openFileStore({ kind: 's3', forcePathStyle: true, timeoutMs: 5000, ...login });
}

function methods(before: number): string[] {
  return s3.requests.slice(before).map(({ method }) => method);
}

describe('a file', () => {
  test('comes back as it was put, with its media type, under its hash', async () => {
    const store = open();
    const { hash, bytes } = await store.put(DATA, 'image/png');
    expect(bytes).toBe(15);
    expect([...s3.objects]).toEqual([[`files/${hash}`, { data: DATA, mediaType: 'image/png' }]]);
    expect(await store.get(hash)).toEqual(DATA);
    expect(await store.has(hash)).toBe(true);
  });

  test('that was never put is null, and what is no hash is not even asked for', async () => {
    const store = open();
    const before = s3.requests.length;
    expect(await store.get('0'.repeat(64))).toBeNull();
    expect(await store.has('0'.repeat(64))).toBe(false);
    expect(await store.get('../other')).toBeNull();
    expect(await store.has('')).toBe(false);
    expect(methods(before)).toEqual(['GET', 'HEAD']);
  });

  test('put twice is sent once', async () => {
    const before = s3.requests.length;
    await open().put(DATA, 'image/png');
    await open().put(DATA, 'image/png');
    expect(methods(before)).toEqual(['HEAD', 'PUT', 'HEAD']);
  });

  test('that another process put between our question and our writing is left as it is', async () => {
    const [first, second] = await Promise.all([open().put(DATA, 'image/png'), open().put(DATA, 'image/png')]);
    expect(first).toEqual(second);
    expect(await open().get(first.hash)).toEqual(DATA);
  });

  test('is put without a condition where the server knows none, and it is not asked twice', async () => {
    const store = open();
    s3.always('no_conditions');
    const before = s3.requests.length;
    await store.put(DATA, 'image/png');
    await store.put(Buffer.from('another'), 'image/png');
    expect(methods(before)).toEqual(['HEAD', 'PUT', 'PUT', 'HEAD', 'PUT']);
    expect(s3.objects.size).toBe(2);
  });

  test('that is there in another length is written anew', async () => {
    const { hash } = await open().put(DATA, 'image/png');
    s3.objects.set(`files/${hash}`, { data: Buffer.from('short'), mediaType: '' });
    await open().put(DATA, 'image/png');
    expect(await open().get(hash)).toEqual(DATA);
  });

  test('whose bytes are not its own is not given out', async () => {
    const { hash } = await open().put(DATA, 'image/png');
    s3.objects.set(`files/${hash}`, { data: Buffer.from('other'), mediaType: '' });
    await expect(open().get(hash)).rejects.toMatchObject({ kind: 'permanent', code: 'file_corrupt' });
  });
});

describe('what a failure means', () => {
  const troubles: readonly (readonly [Trouble, string, string])[] = [
    ['slow_down', 'retryable', 'SlowDown'],
    ['not_xml', 'retryable', 'http_502'],
    ['conflict', 'retryable', 'ConditionalRequestConflict'],
    ['no_bucket', 'permanent', 'NoSuchBucket'],
    ['redirect', 'permanent', 'PermanentRedirect'],
    ['drop', 'retryable', 'storage_unavailable'],
  ];
  test.each(troubles)('%s: %s, %s', async (trouble, kind, code) => {
    s3.next(trouble);
    await expect(open().get('0'.repeat(64))).rejects.toMatchObject({ kind, code });
  });

  test('silence ends with the time', async () => {
    s3.next('hang');
    await expect(open({ timeoutMs: 50 }).get('0'.repeat(64))).rejects.toMatchObject({
      kind: 'retryable',
      code: 'timeout',
    });
  });

  test('a bucket that is not there takes nothing', async () => {
    s3.always('no_bucket');
    await expect(open().put(DATA, 'image/png')).rejects.toMatchObject({ kind: 'permanent', code: 'NoSuchBucket' });
  });

  test('nobody listens', async () => {
    const gone = await startS3Server();
    await gone.close();
    const away = { kind: 'retryable', code: 'storage_unavailable' };
    await expect(open({ endpoint: gone.url }).put(DATA, 'image/png')).rejects.toMatchObject(away);
  });

  test.each([
    [{ secretAccessKey: 'another' }, 'SignatureDoesNotMatch'],
    [{ accessKeyId: 'another' }, 'InvalidAccessKeyId'],
  ])('a wrong key: %o is %s, and is not told', async (change, code) => {
    const failure = await open(change)
      .get('0'.repeat(64))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OutsideFailure);
    expect(failure).toMatchObject({ kind: 'auth', code });
    expect(String(failure)).not.toMatch(/canary|another/);
  });
});

describe('the server of these tests', () => {
  const address = () => `${s3.url}/${s3.bucket}/files/x`;

  async function signed(): Promise<Request> {
    const { accessKeyId, secretAccessKey, region } = s3;
    const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
    const hash = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881';
    return client.sign(address(), { method: 'PUT', body: 'x', headers: { 'x-amz-content-sha256': hash } });
  }

  test('takes what is signed, and refuses who does not sign', async () => {
    expect((await fetch(await signed())).status).toBe(200);
    expect((await fetch(address())).status).toBe(403);
  });

  test('refuses whatever was changed after it was signed', async () => {
    const request = await signed();
    const authorization = request.headers.get('authorization') ?? '';
    const { headers } = request;
    const changed = (name: string, value: string) => {
      const copy = new Headers(headers);
      copy.set(name, value);
      return copy;
    };
    const put = { method: 'PUT', body: 'x', headers };
    const answers = await Promise.all([
      fetch(address(), put),
      fetch(address(), { ...put, body: 'y' }),
      fetch(`${address()}y`, put),
      fetch(`${address()}?acl`, put),
      fetch(address(), { method: 'GET', headers }),
      fetch(address(), { ...put, headers: changed('x-amz-content-sha256', 'UNSIGNED-PAYLOAD') }),
      fetch(address(), { ...put, headers: changed('x-amz-acl', 'public-read') }),
      fetch(address(), { ...put, headers: changed('x-amz-date', '20200101T000000Z') }),
      fetch(address(), {
        ...put,
        headers: changed(
          'authorization',
          authorization.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
        ),
      }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 403, 403, 403, 403, 403, 400, 403]);
  });
});
