import { commitHash } from '../git/commit-hash.ts';
import { repositoryAddress } from '../git/repository-address.ts';
import { shortText } from '../short-text.ts';
import { branchName } from './branch-name.ts';
import type { CiJob, CiSystem, Environment, ReadEvent, Shard } from './ci-job.ts';
import { at } from './json-path.ts';
import { azure } from './systems/azure.ts';
import { bitbucket } from './systems/bitbucket.ts';
import { buildkite } from './systems/buildkite.ts';
import { circleci } from './systems/circleci.ts';
import { drone } from './systems/drone.ts';
import { forgejo, gitea, github } from './systems/github.ts';
import { gitlab } from './systems/gitlab.ts';
import { jenkins } from './systems/jenkins.ts';
import { woodpecker } from './systems/woodpecker.ts';

/** In the order of detection: Forgejo also sets what Gitea sets, and both what GitHub sets. */
export const ciSystems: readonly CiSystem[] = [
  forgejo,
  gitea,
  github,
  gitlab,
  bitbucket,
  circleci,
  jenkins,
  azure,
  buildkite,
  woodpecker,
  drone,
];

export interface CiRun extends CiJob {
  /** Name of the CI system; null if none is recognized. */
  system: string | null;
  /** How to make the system clone the whole history, in one line; null without a system. */
  fullClone: string | null;
  /** Whether jobs that it counts as parallel may do different things. */
  countsOtherSteps: boolean;
}

/** Longest names that the API accepts. */
const maxNameLength = 255;
const maxUrlLength = 2_048;

/** Reads what the CI system says about this process. Ignores values that it cannot interpret. */
export function readCi(env: Environment, readEvent: ReadEvent = () => null): CiRun {
  const system = ciSystems.find(({ isHere }) => isHere(env)) ?? null;
  const found = system?.read(env, readEvent) ?? {};
  const shardId = shortText(found.shardId, 200);
  return {
    system: system?.name ?? null,
    fullClone: system?.fullClone ?? null,
    countsOtherSteps: system?.countsOtherSteps ?? false,
    commit: commitHash(found.commit),
    headCommit: commitHash(found.headCommit),
    branch: branchName(shortText(found.branch, maxNameLength)),
    tag: shortText(found.tag, maxNameLength),
    baseBranch: branchName(shortText(found.baseBranch, maxNameLength)),
    defaultBranch: branchName(shortText(found.defaultBranch, maxNameLength)),
    pullRequest: pullRequestNumber(found.pullRequest),
    repository: repositoryAddress(found.repository),
    headRepository: repositoryAddress(found.headRepository),
    startCommit: commitHash(found.startCommit),
    testMergeHead:
      found.testMergeHead === 'first' || found.testMergeHead === 'second' ? found.testMergeHead : null,
    isOfEarlierJob: found.isOfEarlierJob === true,
    mayHoldBase: found.mayHoldBase === true,
    ciUrl: webAddress(found.ciUrl),
    shard: shardOf(found.shard),
    shardId: system !== null && shardId !== null ? `${system.key}:${shardId}` : null,
  };
}

function pullRequestNumber(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^[1-9]\d{0,9}$/.test(text)) return null;
  const number = Number(text);
  return number <= 2_147_483_647 ? number : null;
}

function webAddress(value: unknown): string | null {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  return isWeb && url.href.length <= maxUrlLength ? url.href : null;
}

/** One of several parallel jobs; null if the job is alone. */
function shardOf(value: unknown): Shard | null {
  const [index, total] = [count(at(value, 'index')), count(at(value, 'total'))];
  const first = at(value, 'first') === 0 ? 0 : 1;
  if (index === null || total === null || total < 2) return null;
  const fromOne = index - first + 1;
  return fromOne >= 1 && fromOne <= total ? { index: fromOne, total } : null;
}

function count(value: unknown): number | null {
  return typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : null;
}
