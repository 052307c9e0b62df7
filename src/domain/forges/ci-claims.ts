/** What tokens of CI systems say about the job that has them. */

import type { ForgeConnection } from './connection.ts';

/** `github`, `gitlab`, `forgejo`: of a connection with that forge. `circleci`, `buildkite`: of a project there. */
export const ciKinds = ['github', 'gitlab', 'forgejo', 'circleci', 'buildkite'] as const;
export type CiKind = (typeof ciKinds)[number];

/** Whose jobs get keys of a build. */
export interface CiTrust {
  id: number;
  buildId: number;
  kind: CiKind;
  /** Null: a CI system that is no forge. */
  connectionId: number | null;
  /** The id of the organization in a CI system that is no forge. */
  organization: string | null;
  /** The id of the project or pipeline there. */
  project: string | null;
  createdAt: number;
  createdBy: string;
}

/** Most of a build. */
export const maxTrusts = 10;

type Issued = Pick<CiTrust, 'kind' | 'organization'>;
type Connected = Pick<ForgeConnection, 'kind' | 'baseUrl'>;

/** The kind of a connection whose forge issues tokens; null: it issues none. */
export function ciKindOf({ kind }: Pick<ForgeConnection, 'kind'>): CiKind | null {
  return kind === 'github' || kind === 'gitlab' || kind === 'forgejo' ? kind : null;
}

/** Who issues the tokens, exactly as they say it; null: no one, as the connection is gone. */
export function issuerOf({ kind, organization }: Issued, connection: Connected | null): string | null {
  if (kind === 'circleci') return `https://oidc.circleci.com/org/${organization}`;
  if (kind === 'buildkite') return 'https://agent.buildkite.com';
  if (connection === null) return null;
  const { baseUrl } = connection;
  if (kind === 'gitlab') return baseUrl;
  if (kind === 'forgejo') return `${baseUrl}/api/actions`;
  const isPublic = new URL(baseUrl).hostname === 'github.com';
  return isPublic ? 'https://token.actions.githubusercontent.com' : `${baseUrl}/_services/token`;
}

export type Claims = Readonly<Record<string, unknown>>;

/** A job, as its token describes it. */
export interface CiJob {
  /** Its project: the forge's number of the repository, or the id in the CI system. */
  project: string | null;
  organization: string | null;
  /** Null: the token does not say. */
  commit: string | null;
  branch: string | null;
  pullRequest: string | null;
}

/** A name can be freed and taken by others, so only ids count. */
export function jobOf(kind: CiKind, claims: Claims): CiJob {
  const text = (name: string): string | null => {
    const value = claims[name];
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  switch (kind) {
    case 'github':
    case 'forgejo': {
      const ref = text('ref') ?? '';
      const pullRequest = /^refs\/pull\/([1-9]\d*)\//.exec(ref)?.[1] ?? null;
      const branch =
        /^refs\/heads\/(.+)$/s.exec(ref)?.[1] ?? (pullRequest === null ? null : text('head_ref'));
      return { project: text('repository_id'), organization: null, commit: text('sha'), branch, pullRequest };
    }
    case 'gitlab': {
      const mergeRequest = /^refs\/merge-requests\/([1-9]\d*)\//.exec(text('ref_path') ?? '')?.[1] ?? null;
      return {
        project: text('project_id'),
        organization: null,
        commit: text('sha'),
        branch: text('ref_type') === 'branch' ? text('ref') : null,
        pullRequest: mergeRequest,
      };
    }
    case 'circleci': {
      const ref = /^refs\/heads\/(.+)$/s.exec(text('oidc.circleci.com/vcs-ref') ?? '')?.[1] ?? null;
      const project = text('oidc.circleci.com/project-id');
      return {
        project,
        organization: text('oidc.circleci.com/org-id'),
        commit: null,
        branch: ref,
        pullRequest: null,
      };
    }
    case 'buildkite':
      return {
        project: text('pipeline_id'),
        organization: text('organization_id'),
        commit: text('build_commit'),
        branch: text('build_branch'),
        pullRequest: null,
      };
  }
}

/** What a key from a token may do, beside what it was made for. */
export interface CiScope {
  commit: string | null;
  branch: string | null;
  pullRequest: string | null;
  /** The one release that it may change; null: it has made none yet. */
  releaseId: number | null;
}

interface ToldOrigin {
  commit?: string | null | undefined;
  headCommit?: string | null | undefined;
  branch?: string | null | undefined;
  pullRequest?: string | number | null | undefined;
}

/** Why a job must not create a release that says this about itself; null: it may. */
export function scopeProblem(scope: CiScope, told: ToldOrigin): string | null {
  const { commit, headCommit, branch, pullRequest } = told;
  const said = [commit, headCommit]
    .filter((hash) => typeof hash === 'string')
    .map((hash) => hash.toLowerCase());
  if (scope.commit !== null && !said.includes(scope.commit.toLowerCase())) {
    return `The token of the CI job is for the commit ${scope.commit.slice(0, 64)}. Send it as commit or head_commit.`;
  }
  // Some branches are baselines of others, so a job speaks for its own alone.
  if (branch !== undefined && branch !== null && branch !== scope.branch) {
    return `The token of the CI job is for ${scope.branch === null ? 'no branch' : `the branch ${JSON.stringify(scope.branch.slice(0, 255))}`}, so the release cannot be of ${JSON.stringify(branch.slice(0, 255))}.`;
  }
  if (scope.pullRequest !== null && String(pullRequest ?? '') !== scope.pullRequest) {
    return `The token of the CI job is for the pull request ${scope.pullRequest}. Send it as pull_request.`;
  }
  return null;
}

/** How long a key from a token lasts. */
export const ciKeyMs = 3_600_000;
