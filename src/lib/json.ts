/** A value that JSON can carry: what commands print and errors carry. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

export type JsonObject = Readonly<Record<string, JsonValue | undefined>>;
