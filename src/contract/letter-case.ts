/** snake_case on the wire, camelCase in TypeScript. Keys of plain objects and of lists of them are renamed, at every depth. */

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;
type Snake<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Snake<Tail>}`
  : Name;

/** The same type with its own keys in camelCase; values are left alone. */
export type CamelKeys<T> = T extends unknown
  ? { [Key in keyof T as Key extends string ? Camel<Key> : Key]: T[Key] }
  : never;
/** The same type with its own keys in snake_case; values are left alone. */
export type SnakeKeys<T> = T extends unknown
  ? { [Key in keyof T as Key extends string ? Snake<Key> : Key]: T[Key] }
  : never;

export function camelName(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

export function snakeName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function camelKeys(value: unknown): unknown {
  return renameKeys(value, camelName);
}

export function snakeKeys(value: unknown): unknown {
  return renameKeys(value, snakeName);
}

function renameKeys(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [rename(key), renameKeys(item, rename)]),
  );
}
