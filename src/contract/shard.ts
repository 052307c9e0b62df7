import { AppError } from '../base/errors.ts';
import { maxShards, parseShard } from '../domain/releases/shards.ts';
import { name, type Kind } from './parameters.ts';

/** `2/5`; `2/?` while the total is not known. */
export const shard: Kind<string> = (parameter) => {
  const description = `Ours: which part of the release the caller sends: "2/5", or "2/?" where the total is not known; at most ${maxShards}.`;
  return name(description)(parameter)
    .transform((text) => {
      if (parseShard(text) !== null) return text;
      throw new AppError(
        'invalid_argument',
        `${parameter} must be two numbers up to ${maxShards}, such as "2/5" or "2/?", got ${JSON.stringify(text.slice(0, 20))}.`,
        { details: { parameter } },
      );
    })
    .meta({ type: 'string', pattern: '^[1-9][0-9]{0,3}/([?]|[1-9][0-9]{0,3})$', description });
};
