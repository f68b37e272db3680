// Where pictures and other files lie: on a disk, or with anybody who speaks S3. A file is named by the SHA-256 of its bytes, so it
// never changes, the same file lies there once, and what is read is checked: other bytes than those that were put never come back.
import { openDisk } from './files/disk.ts';
import { openS3, type S3Options } from './files/s3.ts';
import type { FileStore } from './files/store.ts';

export type FileStoreOptions =
  | { readonly kind: 'disk'; readonly directory: string }
  | ({ readonly kind: 's3' } & S3Options);

/** Touches nothing yet. Every call throws OutsideFailure where the store is full, away or refuses us. */
export function openFileStore(options: FileStoreOptions): FileStore {
  return options.kind === 'disk' ? openDisk(options.directory) : openS3(options);
}
