// Files in a bucket, over the S3 protocol as Amazon, MinIO, R2, OSS and others speak it, each request signed (SigV4). The bucket need
// not be public: whoever wants a file asks us.
import { AwsClient } from 'aws4fetch';
import { kindOfStatus, readRetryAfter } from '../http-answers.ts';
import { OutsideFailure } from '../outside-failure.ts';
import { withinTime } from '../within-time.ts';
import { checked, hashOfBytes, isHash } from './content.ts';
import type { FileStore } from './store.ts';

export type S3Options = {
  /** `https://s3.eu-central-1.amazonaws.com`, `http://minio:9000` */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** The bucket is named in the path, not in the host: MinIO and most others want that, Amazon takes both. */
  readonly forcePathStyle: boolean;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** For one whole request, its body included. */
  readonly timeoutMs: number;
};

type Request = {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  /** Statuses that are an answer, no failure, besides success. */
  readonly expects?: readonly number[];
  readonly body?: Buffer<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
};
type Put = { readonly data: Buffer; readonly hash: string; readonly mediaType: string };
type Answer = { readonly status: number; readonly headers: Headers; readonly body: Buffer };

/** Files lie under this, so that a bucket can hold other things too. */
const PREFIX = 'files/';
const IS_THERE = 412;
const CONFLICT = 409;
const NOT_KNOWN = [400, 501];

export function openS3(options: S3Options): FileStore {
  const { accessKeyId, secretAccessKey, region, timeoutMs } = options;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  const base = addressOf(options);
  let knowsConditions = true;

  const ask = (hash: string, { expects = [], ...request }: Request): Promise<Answer> =>
    withinTime({ timeoutMs }, async (signal) => {
      const response = await client
        .fetch(`${base}/${PREFIX}${hash}`, { ...request, signal, redirect: 'manual' })
        .catch(unreachable);
      const body = Buffer.from(await response.arrayBuffer().catch(unreachable));
      const { status, headers } = response;
      if (!response.ok && !expects.includes(status)) throw failureOf(status, headers, body);
      return { status, headers, body };
    });

  const write = (
    { data, hash, mediaType }: Put,
    condition: Readonly<Record<string, string>>,
    expects: readonly number[],
  ) => {
    const headers = { 'content-type': mediaType, 'x-amz-content-sha256': hash, ...condition };
    return ask(hash, { method: 'PUT', body: Buffer.from(data), headers, expects });
  };

  /** What another process puts meanwhile is not written again. A server that does not know this condition may refuse it. */
  const writeNew = async (put: Put): Promise<void> => {
    const { status } = await write(put, { 'if-none-match': '*' }, [IS_THERE, ...NOT_KNOWN]);
    if (!NOT_KNOWN.includes(status)) return;
    await write(put, {}, []);
    knowsConditions = false;
  };

  return {
    put: async (data, mediaType) => {
      const put = { data, hash: hashOfBytes(data), mediaType };
      const kept = { hash: put.hash, bytes: data.length };
      const { status, headers } = await ask(put.hash, { method: 'HEAD', expects: [404] });
      if (status === 200 && headers.get('content-length') === String(data.length)) return kept;
      if (status === 404 && knowsConditions) await writeNew(put);
      else await write(put, {}, []);
      return kept;
    },
    get: async (hash) => {
      if (!isHash(hash)) return null;
      const { status, headers, body } = await ask(hash, { method: 'GET', expects: [404] });
      if (status === 404 && wordOf(body) === 'NoSuchBucket') throw failureOf(status, headers, body);
      return status === 404 ? null : checked(body, hash);
    },
    has: async (hash) => isHash(hash) && (await ask(hash, { method: 'HEAD', expects: [404] })).status === 200,
  };
}

/** @throws Error when the endpoint is no address. */
function addressOf({ endpoint, bucket, forcePathStyle }: S3Options): string {
  const url = new URL(endpoint);
  if (!forcePathStyle) url.hostname = `${bucket}.${url.hostname}`;
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path}${forcePathStyle ? `/${bucket}` : ''}`;
}

function unreachable(error: unknown): never {
  throw new OutsideFailure('retryable', 'storage_unavailable', 'The store for files was not reached.', {
    cause: error,
  });
}

function failureOf(status: number, headers: Headers, body: Buffer): OutsideFailure {
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), Date.now());
  const word = wordOf(body) ?? `http_${status}`;
  // One put that meets another of the same file; the next try finds it there.
  const kind = status === CONFLICT ? 'retryable' : kindOfStatus(status);
  const pause = retryAfterMs === null ? {} : { retryAfterMs };
  return new OutsideFailure(kind, word, `The store for files answered ${status} (${word}).`, pause);
}

/** The name of an error, from the XML that tells it. */
function wordOf(body: Buffer): string | null {
  return /<Code>(\w{1,60})<\/Code>/.exec(body.toString('utf8'))?.[1] ?? null;
}
