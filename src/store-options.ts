// Which store the configuration names: the one place where its variables become options.
import type { Config } from './config.ts';
import type { FileStoreOptions } from './integrations/file-store.ts';

const S3_MS = 30_000;

export function storeOptions(config: Config): FileStoreOptions {
  const { FILES_DIRECTORY, S3_ENDPOINT, S3_BUCKET, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = config;
  if (S3_ENDPOINT === '') return { kind: 'disk', directory: FILES_DIRECTORY };
  const keys = { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY };
  const bucket = { endpoint: S3_ENDPOINT, bucket: S3_BUCKET, region: S3_REGION };
  return { kind: 's3', ...bucket, ...keys, forcePathStyle: true, timeoutMs: S3_MS };
}
