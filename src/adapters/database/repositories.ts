import type { Transaction } from '../../ports/store.ts';
import { activityRepository } from './activity.ts';
import { artifactRepository } from './artifacts.ts';
import { baselineRepository } from './baselines.ts';
import { buildRepository } from './builds.ts';
import type { Connection } from './connection.ts';
import { factRepository } from './facts.ts';
import { keyRepository } from './keys.ts';
import { loginRecordRepository, sessionRepository } from './logins.ts';
import { mailRepository } from './mails.ts';
import { outboxRepository } from './outbox.ts';
import { invitationRepository, peopleRepository } from './people.ts';
import { releaseRepository } from './releases.ts';
import { runRepository } from './runs.ts';
import { taskRepository } from './tasks.ts';

export type Repositories = Omit<Transaction, 'afterCommit'>;

export function repositories(connection: Connection): Repositories {
  return {
    builds: buildRepository(connection),
    releases: releaseRepository(connection),
    runs: runRepository(connection),
    artifacts: artifactRepository(connection),
    tasks: taskRepository(connection),
    keys: keyRepository(connection),
    activity: activityRepository(connection),
    outbox: outboxRepository(connection),
    people: peopleRepository(connection),
    invitations: invitationRepository(connection),
    sessions: sessionRepository(connection),
    logins: loginRecordRepository(connection),
    mails: mailRepository(connection),
    facts: factRepository(connection),
    baselines: baselineRepository(connection),
  };
}
