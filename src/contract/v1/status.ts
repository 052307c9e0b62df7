import { z } from 'zod';
import { conclusions } from '../../domain/releases/release-conclusion.ts';
import { operation } from '../operation.ts';
import { buildId, integer, name, optional, parameters } from '../parameters.ts';
import { releaseKey } from './releases.ts';
import { counts, release } from './shapes.ts';

const maxWaitSeconds = 60;

const described = z.object({
  conclusion: z.enum(conclusions).meta({
    description:
      'pending: not finished. failure: someone must review it, or rejected it. error: something was not captured or compared. skipped: its client said that there is nothing to show.',
  }),
  text: z.string().meta({
    description:
      'The conclusion in at most 140 characters. Names people only to members of the build, and only with name_reviewers.',
  }),
  release,
  counts,
  url: z.string().meta({ description: "Address of the release's page." }),
  baseline: release.nullable().meta({ description: 'The release that most runs were compared with.' }),
  main_ahead: z.int().nullable().meta({
    description:
      'How many releases of main are newer than the one that it was compared with, at most 500; null where it does not follow git, is of main, or was not compared with main.',
  }),
});

export const describeRelease = operation('describeRelease', {
  summary: 'A release and its conclusion.',
  description: 'What scripts, badges and forges are shown, and how far main has moved since.',
  parameters: parameters({ ...releaseKey }),
  answer: described,
});

export const buildStatus = operation('buildStatus', {
  summary: 'The conclusion of the newest release of a commit, a branch or a pull request.',
  description: `With wait, the answer comes when the conclusion is no longer pending, or with If-None-Match when the answer is another one; at the latest after that time. 404 when there is no such release; with wait, one may still be created. A superseded release counts only where there is no other.`,
  parameters: parameters({
    build_id: buildId,
    commit: optional(name('Commit, as the client sent it as commit or head_commit.', 100)),
    branch: optional(name('Name of the branch.')),
    pull_request: optional(integer('Number of the pull request.')),
    wait: optional(integer('Seconds to wait; 0 by default.', 0, maxWaitSeconds)),
  }),
  answer: described,
});
