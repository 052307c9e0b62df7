/** Collects what is wrong with a file, so that all of it can be said at once. */

import type { z } from 'zod';
import { AppError } from '../../../base/errors.ts';
import { explainIssues, quotePath } from '../../capture-config.ts';
import { adviceFor } from './misplaced-keys.ts';

/** One mistake: the path to the key or value, and a sentence. */
export interface Mistake {
  path: PropertyKey[];
  message: string;
}

export type Complain = (path: PropertyKey[], message: string) => void;

export class Mistakes {
  readonly all: Mistake[] = [];
  readonly #written: unknown;
  readonly #paths = new Set<string>();

  /** @param written the file before variables were replaced: messages quote it, since a variable may hold a secret */
  constructor(written: unknown) {
    this.#written = written;
  }

  /** Notes a mistake, unless there is one already about the same key: the first one explains the others. */
  readonly add: Complain = (path, message) => {
    const key = JSON.stringify(path);
    if (this.#paths.has(key)) return;
    this.#paths.add(key);
    this.all.push({ path, message });
  };

  /** Says nothing about a key that is missing because another one is mistyped. */
  excuse(path: PropertyKey[]): void {
    this.#paths.add(JSON.stringify(path));
  }

  /** The checked value; null after its mistakes were noted. */
  check<Schema extends z.ZodType>(
    schema: Schema,
    value: unknown,
    base: PropertyKey[],
  ): { value: z.output<Schema> } | null {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { value: parsed.data };
    for (const { path, sentence, unknownKey, meantKey = null } of explainIssues(
      value,
      parsed.error,
      schema,
      (inner) => this.#writtenAt([...base, ...inner], value, inner),
    )) {
      const full = [...base, ...path];
      const advice = unknownKey === undefined ? null : adviceFor(unknownKey, full);
      if (meantKey !== null && valueAt(value, [...path.slice(0, -1), meantKey]) === undefined) {
        this.excuse([...full.slice(0, -1), meantKey]);
      }
      this.add(full, advice === null ? `${quotePath(full)} ${sentence}` : `${quotePath(full)} ${advice}`);
    }
    return null;
  }

  /** @throws AppError `config_invalid` with every mistake in `details.mistakes`; the first one is the message */
  throwIfAny(): void {
    const [first] = this.all;
    if (first === undefined) return;
    throw new AppError('config_invalid', first.message, {
      details: { path: first.path, mistakes: this.all },
    });
  }

  #writtenAt(path: readonly PropertyKey[], value: unknown, inner: readonly PropertyKey[]): unknown {
    const written = valueAt(this.#written, path);
    return written === undefined ? valueAt(value, inner) : written;
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[step];
  }
  return current;
}
