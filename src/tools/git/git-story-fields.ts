import { shortText } from '../short-text.ts';
import type { GitStory, HistoryEntry } from './git-story.ts';

/** What `create_release` takes of the story, in the words of the API; `history` and `own` are JSON arrays. */
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
  /** `2/5`, or `2/?` where nobody knows how many there will be. */
  shard?: string;
  shard_id?: string;
  subset?: true;
  /** The release to compare with, where the user named one. */
  baseline_release?: string;
}

/** Most that the fields take as JSON. */
export const maxStoryBytes = 128 * 1_024;
const maxAuthorLength = 255;
const maxNoteLength = 255;

/** The story for the wire: what is not known is left out, and the far end of the history where it is too long. */
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
    ...(shard !== null && { shard: `${shard.index}/${shard.total ?? '?'}` }),
    ...(story.subset && { subset: true as const }),
    history: [...story.history],
    own: [...story.own],
    history_note: shortText(story.historyNote, maxNoteLength) ?? 'none',
  };
  while (fields.history.length > 0 && sizeOf(fields) > maxStoryBytes) {
    fields.history.length = Math.floor(fields.history.length * 0.9);
  }
  return fields;
}

function sizeOf(fields: GitStoryFields): number {
  return Buffer.byteLength(JSON.stringify(fields));
}

function present<T extends object>(values: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as {
    [Key in keyof T]?: NonNullable<T[Key]>;
  };
}
