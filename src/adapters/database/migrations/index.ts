import type { Migration } from '../migrate.ts';
import { first } from './0001-first.ts';
import { releaseSource } from './0002-release-source.ts';
import { captureFacts } from './0003-capture-facts.ts';
import { people } from './0004-people.ts';
import { logins } from './0005-logins.ts';
import { workerKeys } from './0006-worker-keys.ts';
import { reviewFacts } from './0007-review.ts';
import { incomplete } from './0008-incomplete.ts';
import { openToEveryone } from './0009-open-to-everyone.ts';
import { fairQueue } from './0010-fair-queue.ts';
import { baselines } from './0012-baselines.ts';
import { oneMailQueue } from './0013-one-mail-queue.ts';
import { shards } from './0014-shards.ts';
import { pullRequests } from './0015-pull-requests.ts';
import { followUps } from './0016-follow-ups.ts';
import { artifactUses } from './0017-artifact-uses.ts';
import { deletion } from './0018-deletion.ts';
import { severalServers } from './0019-several-servers.ts';
import { workerLabels } from './0020-worker-labels.ts';
import { runsWith } from './0023-runs-with.ts';
import { runChanges } from './0024-run-changes.ts';
import { forges } from './0025-forges.ts';
import { buildSecrets } from './0026-build-secrets.ts';
import { captureWarnings } from './0027-capture-warnings.ts';
import { teamReview } from './0029-team-review.ts';
import { events } from './0030-events.ts';
import { comments } from './0031-comments.ts';
import { commentImages } from './0033-comment-images.ts';
import { buildMail } from './0034-build-mail.ts';
import { years } from './0035-years.ts';

/** In the order of application. Append only: a released migration never changes. */
export const migrations: readonly Migration[] = [
  first,
  releaseSource,
  captureFacts,
  people,
  logins,
  workerKeys,
  reviewFacts,
  incomplete,
  openToEveryone,
  fairQueue,
  baselines,
  oneMailQueue,
  shards,
  pullRequests,
  followUps,
  artifactUses,
  deletion,
  severalServers,
  workerLabels,
  runsWith,
  runChanges,
  forges,
  buildSecrets,
  captureWarnings,
  teamReview,
  events,
  comments,
  commentImages,
  buildMail,
  years,
];
