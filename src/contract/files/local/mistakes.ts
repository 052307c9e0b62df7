/** Collects what is wrong with a file, so that all of it can be said at once. */

import type { z } from 'zod';
import { AppError } from '../../../base/errors.ts';
import { explainIssues, quotePath, valueAt } from '../../explain-issues.ts';
import { adviceFor } from './misplaced-keys.ts';
import { readVariables } from './read-variables.ts';

/** One mistake: the path to the key or value, and a sentence. */
export interface Mistake {
  path: PropertyKey[];
  message: string;
  /** What the mistake collides with, for its position. */
  earlier?: PropertyKey[];
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
  readonly add = (path: PropertyKey[], message: string, earlier?: PropertyKey[]): void => {
    const key = JSON.stringify(path);
    if (this.#paths.has(key)) return;
    this.#paths.add(key);
    this.all.push(earlier === undefined ? { path, message } : { path, message, earlier });
  };

  /** Says nothing about a key that is missing because another one is mistyped. */
  excuse(path: PropertyKey[]): void {
    this.#paths.add(JSON.stringify(path));
  }

  /** The checked value; null after its mistakes were noted. */
  check<Schema extends z.ZodType>(
    schema: Schema,
    written: unknown,
    base: PropertyKey[],
  ): { value: z.output<Schema> } | null {
    let value = written;
    let parsed = schema.safeParse(value);
    if (!parsed.success) {
      value = readVariables(value, parsed.error, (path) => valueAt(this.#written, [...base, ...path]));
      if (value !== written) parsed = schema.safeParse(value);
    }
    if (parsed.success) return { value: parsed.data };
    const unknownIn = new Set<string>();
    for (const { path, sentence, unknownKey, meantKey = null } of explainIssues(
      value,
      parsed.error,
      schema,
      (inner) => this.#writtenAt([...base, ...inner], value, inner),
    )) {
      const full = [...base, ...path];
      if (unknownKey !== undefined) unknownIn.add(JSON.stringify(full.slice(0, -1)));
      // A step with a mistyped word lacks no other one.
      else if (full.at(-2) === 'steps' && unknownIn.has(JSON.stringify(full))) continue;
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
