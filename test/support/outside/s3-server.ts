// A bucket on loopback that lets in only who signs right: it works the signature (AWS SigV4) out anew from what arrived, and compares
// body, date and key. Written from the specification, not from the client's code.
import { createHash, createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Recorded, startLocalServer } from './local-server.ts';

export type Trouble =
  | 'slow_down'
  | 'hang'
  | 'drop'
  | 'no_conditions'
  | 'no_bucket'
  | 'conflict'
  | 'redirect'
  | 'not_xml';

export type S3TestServer = {
  readonly url: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Key → bytes and media type; a test may change them. */
  readonly objects: Map<string, { data: Buffer; mediaType: string }>;
  readonly requests: readonly Recorded[];
  readonly next: (trouble: Trouble) => void;
  readonly always: (trouble: Trouble | null) => void;
  readonly close: () => Promise<void>;
};

const LOGIN = {
  accessKeyId: 'AKIDTEST',
  secretAccessKey: 'test/secret+canary',
  region: 'eu-test-1',
  bucket: 'pictures',
};
const MAX_SKEW_MS = 15 * 60_000;

export async function startS3Server(): Promise<S3TestServer> {
  const objects: S3TestServer['objects'] = new Map();
  const server = await startLocalServer<Trouble | null>(null, (trouble, request, response) => {
    if (trouble === 'hang') return;
    if (trouble === 'drop') return void response.destroy();
    const refusal = whyRefused(request) ?? whyTroubled(trouble, request);
    if (refusal) return refuse(response, ...refusal);
    serve(objects, request, response);
  });
  return { ...server, ...LOGIN, objects };
}

type Refusal = readonly [status: number, code: string];

function whyTroubled(trouble: Trouble | null, { headers }: Recorded): Refusal | null {
  if (trouble === 'slow_down') return [503, 'SlowDown'];
  if (trouble === 'no_bucket') return [404, 'NoSuchBucket'];
  if (trouble === 'conflict') return [409, 'ConditionalRequestConflict'];
  if (trouble === 'redirect') return [301, 'PermanentRedirect'];
  if (trouble === 'not_xml') return [502, ''];
  if (trouble === 'no_conditions' && headers['if-none-match']) return [501, 'NotImplemented'];
  return null;
}

function serve(
  objects: S3TestServer['objects'],
  { method, path, headers, body }: Recorded,
  response: ServerResponse,
): void {
  const key = path.slice(`/${LOGIN.bucket}/`.length);
  const known = objects.get(key);
  if (method === 'PUT') {
    if (known && headers['if-none-match'] === '*') return refuse(response, 412, 'PreconditionFailed');
    objects.set(key, { data: body, mediaType: headers['content-type'] ?? '' });
    return void response.end();
  }
  if (!known) return refuse(response, 404, 'NoSuchKey');
  response.writeHead(200, { 'content-length': known.data.length, 'content-type': known.mediaType });
  response.end(method === 'HEAD' ? undefined : known.data);
}

/** The words of the protocol for whatever is wrong with the signature; null: nothing is. */
function whyRefused(request: Recorded): Refusal | null {
  const { headers, body, path } = request;
  const login = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, credential = '', names = '', signature = ''] = login.exec(headers.authorization ?? '') ?? [];
  if (!signature) return [403, 'AccessDenied'];
  const date = String(headers['x-amz-date']);
  const day = date.slice(0, 8);
  const scope = `${day}/${LOGIN.region}/s3/aws4_request`;
  if (!credential.startsWith(`${LOGIN.accessKeyId}/`)) return [403, 'InvalidAccessKeyId'];
  if (credential !== `${LOGIN.accessKeyId}/${scope}`) return [400, 'AuthorizationHeaderMalformed'];
  if (Math.abs(timeOf(date) - Date.now()) > MAX_SKEW_MS) return [403, 'RequestTimeTooSkewed'];
  const signed = names.split(';');
  const amazon = Object.keys(headers).filter((name) => name.startsWith('x-amz-'));
  if (!['host', ...amazon].every((name) => signed.includes(name))) return [403, 'AccessDenied'];
  if (expectedSignature(request, signed, date, scope) !== signature) return [403, 'SignatureDoesNotMatch'];
  if (headers['x-amz-content-sha256'] !== 'UNSIGNED-PAYLOAD' && headers['x-amz-content-sha256'] !== sha256(body))
    return [400, 'XAmzContentSHA256Mismatch'];
  return path.startsWith(`/${LOGIN.bucket}/`) ? null : [404, 'NoSuchBucket'];
}

function expectedSignature(request: Recorded, signed: readonly string[], date: string, scope: string): string {
  const { method, path, query, headers } = request;
  const canonical = [
    method,
    path,
    [...query]
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .sort()
      .join('&'),
    ...signed.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    signed.join(';'),
    headers['x-amz-content-sha256'],
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<Buffer | string>((key, part) => hmac(key, part), `AWS4${LOGIN.secretAccessKey}`);
  return hmac(key, text).toString('hex');
}

function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(code ? `<?xml version="1.0"?><Error><Code>${code}</Code></Error>` : '<html>Bad gateway</html>');
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
