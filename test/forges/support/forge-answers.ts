/** What the recording forges answer. GitHub, Gitea, Forgejo and GitLab: what they publish, compared when types are checked. */

import type { CommitStatusSchema, MergeRequestNoteSchema, ProjectSchema } from '@gitbeaker/rest';
import type { components } from '@octokit/openapi-types';
import type { Comment, CommitStatus, Repository } from 'gitea-js';
import type { ForgeKind } from '../../../src/domain/forges/forge-kinds.ts';

type OfGitHub = components['schemas'];

export interface ToldStatus {
  target: string;
  word: string;
  text: string;
  url: string;
  name: string;
}

export interface ToldComment {
  id: number;
  pullRequest: string;
  text: string;
}

const at = '2030-01-01T00:00:00Z';
const numbered = { id: 4_711 };

const gitHubUser: OfGitHub['simple-user'] = {
  ...{ login: 'depicted', id: 1, node_id: 'U_1', gravatar_id: null, type: 'Bot', site_admin: false },
  ...{ avatar_url: '', url: '', html_url: '', followers_url: '', following_url: '', gists_url: '' },
  ...{ starred_url: '', subscriptions_url: '', organizations_url: '', repos_url: '', events_url: '' },
  received_events_url: '',
};
const gitLabUser = {
  id: 1,
  name: 'Depicted',
  username: 'depicted',
  state: 'active',
  avatar_url: '',
  web_url: '',
};

export function statusAnswer(kind: ForgeKind, told: ToldStatus, id: number): object {
  const { target, word, text, url, name } = told;
  const common = { id, description: text, target_url: url, created_at: at };
  switch (kind) {
    case 'github':
      return {
        ...common,
        ...{ state: word, context: name, url: '', avatar_url: null, node_id: `S_${id}`, updated_at: at },
        creator: gitHubUser,
      } satisfies OfGitHub['status'];
    case 'gitea':
    case 'forgejo':
      return { ...common, status: word, context: name, url: '', updated_at: at } satisfies CommitStatus;
    case 'gitlab':
      return {
        ...common,
        ...{ sha: target, name, ref: 'feature', allow_failure: false, author: gitLabUser },
        status: word as CommitStatusSchema['status'],
      } satisfies CommitStatusSchema;
    default:
      return {};
  }
}

export function commentAnswer(kind: ForgeKind, { id, pullRequest, text }: ToldComment): object {
  const dates = { created_at: at, updated_at: at };
  switch (kind) {
    case 'github':
      return {
        ...{ id, body: text, ...dates, node_id: `IC_${id}`, url: '', html_url: '', issue_url: '' },
        user: gitHubUser,
      } satisfies OfGitHub['issue-comment'];
    case 'gitea':
    case 'forgejo':
      return { id, body: text, ...dates, html_url: '' } satisfies Comment;
    case 'gitlab':
      return {
        ...{ id, body: text, ...dates, attachment: null, author: gitLabUser, system: false },
        ...{ noteable_id: 1, noteable_type: 'MergeRequest', noteable_iid: Number(pullRequest) },
        ...{ project_id: 4_711, resolvable: false },
      } satisfies MergeRequestNoteSchema;
    case 'azure_devops':
      return { id, comments: [{ id: 1, content: text }] };
    default:
      return { id, content: { raw: text } };
  }
}

/** The fields that are read. */
export function repositoryAnswer(kind: ForgeKind): Record<string, unknown> {
  switch (kind) {
    case 'github':
      return { ...numbered, default_branch: 'main', private: true, archived: false } satisfies Partial<
        OfGitHub['full-repository']
      >;
    case 'gitea':
    case 'forgejo':
      return {
        ...{ ...numbered, default_branch: 'main', archived: false },
        permissions: { admin: false, push: true, pull: true },
      } satisfies Repository;
    case 'gitlab': {
      const access = { access_level: 30, notification_level: 3 };
      const known: Pick<ProjectSchema, 'id' | 'default_branch' | 'permissions'> = {
        ...{ ...numbered, default_branch: 'main' },
        permissions: { project_access: access, group_access: access },
      };
      return known;
    }
    case 'bitbucket_cloud':
      return { uuid: '{4711}' };
    default:
      return { ...numbered };
  }
}

export const installationAnswer = { id: 99 } satisfies Partial<OfGitHub['installation']>;

export function appTokenAnswer(token: string): OfGitHub['installation-token'] {
  return { token, expires_at: '2033-01-01T00:00:00Z' };
}
