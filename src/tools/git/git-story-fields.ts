import { shortText } from '../short-text.ts';
import type { Shard } from '../ci/ci-job.ts';
import type { GitStory, HistoryEntry } from './git-story.ts';

/** The story as `create_release` accepts it, in the words of the API; `history` and `own` are JSON arrays. */
export interface GitStoryFields {
  commit?: string;
  tree?: string;
  head_commit?: string;
  branch?: string;
  base_branch?: string;
  pull_request?: number;
  repository?: string;
  head_repository?: string;
  history: HistoryEntry[];
  own: string[];
  author?: { name: string; address: string };
  ci_url?: string;
  history_note: string;
  /** `2/5`, or `2/?` while the total is not known. */
  shard?: string;
  shard_id?: string;
  subset?: true;
  fresh_review?: true;
  /** The release to compare with, if the user named one. */
  baseline_release?: string;
}

/** Size limit of the fields as JSON. */
export const maxStoryBytes = 128 * 1_024;
const maxAuthorLength = 255;
const maxNoteLength = 255;

/** The story for the wire: omits what is not known, and the oldest part of the history if it is too long. */
export function gitStoryFields(story: GitStory): GitStoryFields {
  const { author, shard } = story;
  const fields: GitStoryFields = {
    ...present({
      commit: story.commit,
      tree: story.tree,
      head_commit: story.headCommit,
      branch: story.branch,
      base_branch: story.baseBranch,
      pull_request: story.pullRequest,
      repository: story.repository,
      head_repository: story.headRepository,
      ci_url: story.ciUrl,
      baseline_release: story.baselineRelease,
      shard_id: story.shardId,
    }),
    ...(author !== null && {
      author: {
        name: shortText(author.name, maxAuthorLength) ?? '',
        address: shortText(author.address, maxAuthorLength) ?? '',
      },
    }),
    ...(shard !== null && { shard: shardText(shard) }),
    ...(story.subset && { subset: true as const }),
    ...(story.freshReview && { fresh_review: true as const }),
    history: [...story.history],
    own: [...story.own],
    history_note: shortText(story.historyNote, maxNoteLength) ?? 'none',
  };
  while (fields.history.length > 0 && sizeOf(fields) > maxStoryBytes) {
    fields.history.length = Math.floor(fields.history.length * 0.9);
  }
  return fields;
}

/** As `--shard` and the API spell it. */
export function shardText({ index, total }: Shard): string {
  return `${index}/${total ?? '?'}`;
}

function sizeOf(fields: GitStoryFields): number {
  return Buffer.byteLength(JSON.stringify(fields));
}

function present<T extends object>(values: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as {
    [Key in keyof T]?: NonNullable<T[Key]>;
  };
}
