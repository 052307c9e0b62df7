/** snake_case on the wire, camelCase in TypeScript. */

type CamelName<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelName<Tail>>}`
  : Name;

/** Members whose content is passed through unchanged: it comes from workers and users. */
const opaque = ['payload', 'detail', 'details', 'config', 'refConfig', 'ref_config'] as const;
type Opaque = (typeof opaque)[number];

/** The same type with its own keys in camelCase; values are left alone. */
export type CamelKeys<T> = T extends unknown
  ? { [Key in keyof T as Key extends string ? CamelName<Key> : Key]: T[Key] }
  : never;

/** The same type with the keys of all objects in it in camelCase. */
export type DeepCamel<T> = T extends readonly (infer Item)[]
  ? DeepCamel<Item>[]
  : T extends object
    ? {
        [Key in keyof T as Key extends string ? CamelName<Key> : Key]: Key extends Opaque
          ? T[Key]
          : DeepCamel<T[Key]>;
      }
    : T;

export function camelKeys(value: unknown): unknown {
  return renameKeys(value, (name) =>
    name.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase()),
  );
}

export function snakeKeys(value: unknown): unknown {
  return renameKeys(value, snakeName);
}

export function snakeName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function renameKeys(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      rename(key),
      (opaque as readonly string[]).includes(key) ? item : renameKeys(item, rename),
    ]),
  );
}
