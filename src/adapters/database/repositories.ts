import type { Transaction } from '../../ports/store.ts';
import { accountRepository, linkOfferRepository } from './accounts.ts';
import { activityRepository } from './activity.ts';
import { artifactUseRepository } from './artifact-uses.ts';
import { artifactRepository } from './artifacts.ts';
import { attemptRepository } from './attempts.ts';
import { baselineRepository } from './baselines.ts';
import { buildRepository } from './builds.ts';
import { buildSecretRepository } from './build-secrets.ts';
import { changeRepository } from './changes.ts';
import { ciTrustRepository } from './ci-trusts.ts';
import { commentRepository } from './comments.ts';
import type { Connection } from './connection.ts';
import { deletionRepository } from './deletions.ts';
import { deliveryRepository } from './deliveries.ts';
import { eventDeliveryRepository } from './event-deliveries.ts';
import { eventEndpointRepository } from './event-endpoints.ts';
import { forgeConnectionRepository } from './forge-connections.ts';
import { followUpRepository } from './follow-ups.ts';
import { serverValueRepository } from './server-values.ts';
import { keyRepository } from './keys.ts';
import { lifeTimeRepository } from './life-times.ts';
import { mailRepository } from './mails.ts';
import { invitationRepository, peopleRepository } from './people.ts';
import { releaseRepository } from './releases.ts';
import { reviewRequestRepository } from './review-requests.ts';
import { runRepository } from './runs.ts';
import { shardRepository } from './shards.ts';
import { sessionRepository } from './sessions.ts';
import { taskRepository } from './tasks.ts';

export type Repositories = Omit<Transaction, 'afterCommit'>;

export function repositories(connection: Connection): Repositories {
  return {
    builds: buildRepository(connection),
    buildSecrets: buildSecretRepository(connection),
    releases: releaseRepository(connection),
    runs: runRepository(connection),
    artifacts: artifactRepository(connection),
    artifactUses: artifactUseRepository(connection),
    tasks: taskRepository(connection),
    keys: keyRepository(connection),
    activity: activityRepository(connection),
    people: peopleRepository(connection),
    invitations: invitationRepository(connection),
    accounts: accountRepository(connection),
    sessions: sessionRepository(connection),
    linkOffers: linkOfferRepository(connection),
    mails: mailRepository(connection),
    serverValues: serverValueRepository(connection),
    baselines: baselineRepository(connection),
    changes: changeRepository(connection),
    followUps: followUpRepository(connection),
    comments: commentRepository(connection),
    reviewRequests: reviewRequestRepository(connection),
    shards: shardRepository(connection),
    deletions: deletionRepository(connection),
    attempts: attemptRepository(connection),
    lifeTimes: lifeTimeRepository(connection),
    forgeConnections: forgeConnectionRepository(connection),
    deliveries: deliveryRepository(connection),
    ciTrusts: ciTrustRepository(connection),
    eventEndpoints: eventEndpointRepository(connection),
    eventDeliveries: eventDeliveryRepository(connection),
  };
}
