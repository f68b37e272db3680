// What every place for files offers.
export type FileStore = {
  /** Keeps it for good: when this returns, the file survives a loss of power. Twice the same costs no second write. */
  readonly put: (data: Buffer, mediaType: string) => Promise<{ readonly hash: string; readonly bytes: number }>;
  /** @returns null when there is no such file. @throws OutsideFailure permanent `file_corrupt` when its bytes are not its own. */
  readonly get: (hash: string) => Promise<Buffer | null>;
  readonly has: (hash: string) => Promise<boolean>;
};
