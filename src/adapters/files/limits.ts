/** Bounds on what one file may hold, so that no file can take the memory or the day. */
export interface FileLimits {
  /** Physical lines, the header included. */
  readonly linesMax: number;
  /** Bytes of one line, and of one record that spans lines. */
  readonly lineBytesMax: number;
}

export const DEFAULT_FILE_LIMITS: FileLimits = { linesMax: 5_000_000, lineBytesMax: 256 * 1024 };
