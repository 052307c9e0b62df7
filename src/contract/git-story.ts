/** What a client tells of the code that a release is of: parameters of `create_release`, all of them ours and optional. */

import { AppError } from '../base/errors.ts';
import type { HistoryEntry } from '../domain/baselines/placed-release.ts';
import { checkName, maxNameLength } from '../domain/names.ts';
import { flag, integer, json, name, optional } from './parameters.ts';
import type { Kind } from './parameters.ts';
import { shard } from './shard.ts';

const maxHistoryEntries = 500;
const maxOwnCommits = 100;
/** Of `history` and of `own`, as JSON. */
const maxListBytes = 128 * 1024;
/** Hashes of every version control have room, and the mark of a changed work tree. */
const maxCommitLength = 100;
const hashPattern = '^[0-9a-fA-F]{7,64}$';
const hashSchema = { type: 'string', pattern: hashPattern };
const isHash = new RegExp(hashPattern);

function refuse(parameter: string, predicate: string): never {
  throw new AppError('invalid_argument', `${parameter} ${predicate}.`, { details: { parameter } });
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function checkHash(value: unknown, parameter: string, at: number): string {
  if (typeof value === 'string' && isHash.test(value)) return value.toLowerCase();
  const place = `entry ${at + 1} has ${excerpt(value)}`;
  return refuse(parameter, `must have hashes of 7 to 64 hexadecimal digits, but ${place}`);
}

function checkList(value: unknown, parameter: string, maxEntries: number): unknown[] {
  if (!Array.isArray(value)) return refuse(parameter, `must be a list, got ${excerpt(value)}`);
  if (value.length > maxEntries) {
    return refuse(parameter, `must have at most ${maxEntries} entries, got ${value.length}`);
  }
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  if (bytes > maxListBytes) return refuse(parameter, `must have at most ${maxListBytes} bytes, got ${bytes}`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const history: Kind<HistoryEntry[]> = json(
  'Ours: commits that the code is based on, closest first, at most 500 and 128 KiB. A merge commit is followed by its other parents, without their trees. An empty list means that there are none.',
  {
    type: 'array',
    maxItems: maxHistoryEntries,
    items: {
      type: 'object',
      properties: { commit: hashSchema, tree: hashSchema },
      required: ['commit'],
    },
  },
  (value, parameter) =>
    checkList(value, parameter, maxHistoryEntries).map((entry, at) => {
      if (!isObject(entry))
        return refuse(parameter, `must hold objects, but entry ${at + 1} is ${excerpt(entry)}`);
      const commit = checkHash(entry['commit'], parameter, at);
      const tree = entry['tree'];
      return tree === undefined || tree === null
        ? { commit }
        : { commit, tree: checkHash(tree, parameter, at) };
    }),
);

const own: Kind<string[]> = json(
  "Ours: commits of the branch alone, newest first, at most 100: verdicts given on them count for the branch's pages.",
  { type: 'array', maxItems: maxOwnCommits, items: hashSchema },
  (value, parameter) =>
    checkList(value, parameter, maxOwnCommits).map((entry, at) => checkHash(entry, parameter, at)),
);

const author: Kind<{ name: string; address: string }> = json(
  'Ours: who wrote the newest commit.',
  { type: 'object', properties: { name: { type: 'string' }, address: { type: 'string' } } },
  (value, parameter) => {
    if (!isObject(value))
      return refuse(parameter, `must be an object with name and address, got ${excerpt(value)}`);
    const text = (key: 'name' | 'address') => {
      const part = value[key] ?? '';
      if (typeof part !== 'string')
        return refuse(parameter, `must have text as ${key}, got ${excerpt(part)}`);
      return part === '' ? '' : checkName(`${parameter}.${key}`, part);
    };
    return { name: text('name'), address: text('address') };
  },
);

/** Single-line text with an additional check. */
function checkedText(
  description: string,
  maxLength: number,
  check: (value: string, parameter: string) => string,
): Kind<string> {
  const text = name(description, maxLength);
  return (parameter) =>
    text(parameter)
      .transform((value) => check(value, parameter))
      .meta({ type: 'string', minLength: 1, maxLength, description });
}

/** Host and path, as people write an address without its scheme; never with a user or a password. */
function repositoryAddress(description: string): Kind<string> {
  return checkedText(description, maxNameLength, (value, parameter) => {
    const address = value.toLowerCase().replace(/\/+$/, '');
    if (/^[^\s@:/]+(:\d{1,5})?\/[^\s@]+$/.test(address) && !address.includes('://')) return address;
    return refuse(
      parameter,
      'must be a host and a path, such as "github.com/owner/name", without scheme or user',
    );
  });
}

function hash(description: string): Kind<string> {
  return checkedText(`${description} 7 to 64 hexadecimal digits.`, 64, (value, parameter) => {
    if (isHash.test(value)) return value.toLowerCase();
    return refuse(parameter, `must be a hash of 7 to 64 hexadecimal digits, got ${excerpt(value)}`);
  });
}

export const gitStoryParameters = {
  commit: optional(
    name(
      'Ours: commit that was checked out; with "+dirty" at the end if files differ from it.',
      maxCommitLength,
    ),
  ),
  head_commit: optional(
    name(
      "Ours: the branch's own newest commit; differs from commit if CI built a test merge.",
      maxCommitLength,
    ),
  ),
  tree: optional(hash('Ours: hash of the checked-out tree.')),
  base_branch: optional(name('Ours: branch that the code is to be merged into.')),
  pull_request: optional(integer('Ours: number of the pull request.')),
  repository: optional(
    repositoryAddress('Ours: host and path of the repository, such as "github.com/owner/name".'),
  ),
  head_repository: optional(
    repositoryAddress('Ours: host and path of the repository that the branch is in; another one for forks.'),
  ),
  history: optional(history),
  own: optional(own),
  history_note: optional(
    name('Ours: how the history was read: "full", "fetched", "shallow: …" or "none: …", with the reason.'),
  ),
  author: optional(author),
  shard: optional(shard),
  shard_id: optional(
    name(
      'Ours: what all shards of a release have in common, also when a job runs again, and no other release of the build has. Together with shard.',
      200,
    ),
  ),
  subset: optional(flag('Ours: the release has only some of the pages; the others are not missing.')),
  skip_reason: optional(
    name(
      'Ours: why there is nothing to show. The release is good from the start, takes no runs, and is no baseline.',
    ),
  ),
  baseline_release: optional(
    name(
      'Ours: release of the build to compare with, by name, or by name and number: "nightly", "nightly #3".',
      300,
    ),
  ),
  fresh_review: optional(flag('Ours: does not take over earlier verdicts.')),
};
