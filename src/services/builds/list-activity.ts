import type { Principal } from '../../domain/people/access.ts';
import type { Activity } from '../../domain/people/activity.ts';
import type { Page } from '../../ports/store/page.ts';
import type { Deps } from '../deps.ts';
import { findBuildToUse } from './find-build.ts';
import { checkPage } from '../check-result-page.ts';

export interface ListActivityInput extends Partial<Page> {
  buildId: number;
  releaseId?: number | undefined;
  runId?: number | undefined;
  /** As `actorOf` names it. */
  actor?: string | undefined;
  kind?: string | undefined;
}

/** The activity log, newest first. */
export async function listActivity(
  deps: Deps,
  principal: Principal,
  input: ListActivityInput,
): Promise<Activity[]> {
  const page = checkPage(input);
  return deps.store.read(async (tx) => {
    await findBuildToUse(tx, principal, input.buildId);
    return tx.activity.list(input, page);
  });
}
