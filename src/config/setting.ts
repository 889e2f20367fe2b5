/** What one setting can hold. Paths and addresses are strings; null means "not set". */
export type SettingValue = string | number | boolean | null;

/** What a value must look like; everything about checking, parsing and documenting follows from it. */
export type Rule =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'text'; readonly pattern: RegExp; readonly wants: string }
  | { readonly kind: 'path' }
  | { readonly kind: 'url'; readonly store: 'mysql' | 'redis' };

/** NUL cannot stand in a path, and no system takes a longer one. */
export const PATH_PATTERN = /^[^\0]{1,4096}$/;

/** One declared setting. `Value` is the type that the rest of the program sees. */
export interface Setting<Value extends SettingValue = SettingValue> {
  readonly rule: Rule;
  readonly default: Value;
  /** One sentence for people, shown by `inv config show` and in inventory.config.yaml. */
  readonly description: string;
  readonly unit?: string;
  /** Never printed; also read from a file that `<ENVIRONMENT NAME>_FILE` names. */
  readonly secret?: true;
  /** The global flag that sets it, if there is one. */
  readonly flag?: string;
}

interface Extras {
  readonly unit?: string;
  readonly flag?: string;
}

interface IntegerOptions<Default> extends Extras {
  readonly default: Default;
  readonly min: number;
  readonly max: number;
}

export function integer<Default extends number | null>(
  options: IntegerOptions<Default>,
  description: string,
): Setting<number | Default> {
  const { default: initial, min, max, ...extras } = options;
  return { rule: { kind: 'integer', min, max }, default: initial, description, ...extras };
}

interface ChoiceOptions<Choice> extends Extras {
  readonly choices: readonly Choice[];
}

export function choice<const Choice extends string>(
  options: ChoiceOptions<Choice> & { readonly default: NoInfer<Choice> },
  description: string,
): Setting<Choice> {
  const { default: initial, choices, ...extras } = options;
  return { rule: { kind: 'choice', choices }, default: initial, description, ...extras };
}

/** A choice that is decided elsewhere when nobody makes it: its default is null. */
export function optionalChoice<const Choice extends string>(
  { choices, ...extras }: ChoiceOptions<Choice>,
  description: string,
): Setting<Choice | null> {
  return { rule: { kind: 'choice', choices }, default: null, description, ...extras };
}

interface TextOptions<Default> extends Extras {
  readonly default: Default;
  readonly pattern: RegExp;
  /** Completes "wants …" in the error for a value that does not match. */
  readonly wants: string;
}

export function text<Default extends string | null>(
  options: TextOptions<Default>,
  description: string,
): Setting<string | Default> {
  const { default: initial, pattern, wants, ...extras } = options;
  return { rule: { kind: 'text', pattern, wants }, default: initial, description, ...extras };
}

export function flag(initial: boolean, description: string): Setting<boolean> {
  return { rule: { kind: 'boolean' }, default: initial, description };
}

export function path(description: string): Setting<string | null> {
  return { rule: { kind: 'path' }, default: null, description };
}

export function url(store: 'mysql' | 'redis', description: string): Setting<string | null> {
  return { rule: { kind: 'url', store }, default: null, description };
}

export function secret(description: string): Setting<string | null> {
  // NUL cannot be sent in a password; everything else can.
  const rule = {
    kind: 'text',
    pattern: /^[^\0]{1,1024}$/s,
    wants: '1 to 1024 characters',
  } as const;
  return { rule, default: null, description, secret: true };
}

/** Completes the sentence "`mysql.pool_size_max` wants …". */
export function describeRule(rule: Rule): string {
  switch (rule.kind) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number from ${String(rule.min)} to ${String(rule.max)}`;
    case 'choice':
      return `one of ${rule.choices.join(', ')}`;
    case 'text':
      return rule.wants;
    case 'path':
      return 'a path';
    case 'url':
      return rule.store === 'mysql' ? 'a mysql:// address' : 'a redis:// or rediss:// address';
  }
}
