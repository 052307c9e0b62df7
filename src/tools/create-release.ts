import { AppError, type DepictedClient } from '../client/index.ts';
import { camelKeys } from '../contract/letter-case.ts';
import type { ReleaseSource } from '../domain/releases/release.ts';
import { gitStoryFields } from './git/git-story-fields.ts';
import type { GitStory } from './git/git-story.ts';
import type { ReleaseTarget } from './release-outcome.ts';

export interface NewRelease {
  buildId: number;
  releaseName: string;
  /** Where people can view the release. */
  url: string | null;
  source: ReleaseSource;
  /** What git and CI know about the code; null: nothing. */
  gitStory: GitStory | null;
  /** Why there is nothing to show. */
  skipReason?: string;
}

/**
 * Creates a release with everything known about its code. If the server refuses the git story, only branch, commit
 * and link are sent, with a warning: problems with git must not prevent screenshots.
 */
export async function createRelease(
  client: DepictedClient,
  { buildId, releaseName, url, source, gitStory, skipReason }: NewRelease,
  warn: (message: string) => void,
): Promise<ReleaseTarget> {
  const name = {
    buildId,
    releaseName,
    ...(url !== null && { url }),
    ...(skipReason !== undefined && { skipReason }),
  };
  const alone = {
    ...name,
    ...(source.branch !== null && { branch: source.branch }),
    ...(source.commit !== null && { commit: source.commit }),
    ...(source.ciUrl !== null && { ciUrl: source.ciUrl }),
  };
  // Not aborted by an interruption: an attempt whose number never arrives could not be marked bad.
  const create = async (release: typeof alone): Promise<ReleaseTarget> => {
    const { releaseNumber } = await client.createRelease(release);
    return { buildId, releaseName, releaseNumber };
  };
  if (gitStory === null) return create(alone);
  try {
    return await create({ ...name, ...(camelKeys(gitStoryFields(gitStory)) as object) });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_argument' || isIndispensable(gitStory)) {
      throw error;
    }
    const release = await create(alone);
    warn(
      `The server refused the git history of this commit, so baselines do not follow it. Its answer: ${error.message}`,
    );
    return release;
  }
}

/** Without what the user says with these, the release would be another one than the one that is asked for. */
function isIndispensable({ shard, baselineRelease }: GitStory): boolean {
  return shard !== null || baselineRelease !== null;
}
