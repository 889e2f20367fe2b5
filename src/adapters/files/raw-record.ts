export type FileFormat = 'csv' | 'ndjson';

/** One record of a file, with its fields by name, or with what makes it unreadable. */
export type RawRecord =
  | {
      /** The physical line, from 1, where the record starts. The header of a CSV file is line 1. */
      readonly line: number;
      readonly values: Readonly<Record<string, string>>;
      /** The record as the file has it, for a file of rejected lines. NDJSON: the whole line as one cell. */
      readonly cells: readonly string[];
      readonly problem?: undefined;
    }
  | {
      readonly line: number;
      readonly problem: string;
      readonly cells: readonly string[];
      readonly values?: undefined;
    };
