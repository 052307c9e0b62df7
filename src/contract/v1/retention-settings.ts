/** How long a build keeps its releases: parameters of `update_build`, and fields of a `build`. */

import { z } from 'zod';
import { maxKeepDays, maxKeepReleases } from '../../domain/releases/retention.ts';
import { integer, optional } from '../parameters.ts';

const about = {
  keepReleases: 'How many of the newest releases retention keeps, however old; 0: no such rule.',
  keepDays: 'Retention keeps releases younger than this many days, however many; 0: no such rule.',
  branchDays:
    'Retention deletes the releases of a branch that is not a main branch once it has had no new release for this many days; 0: no such rule.',
};

export const retentionParameters = {
  keep_releases: optional(integer(about.keepReleases, 0, maxKeepReleases)),
  keep_days: optional(integer(about.keepDays, 0, maxKeepDays)),
  branch_days: optional(integer(about.branchDays, 0, maxKeepDays)),
};

export const retentionFields = {
  keep_releases: z.int().meta({ description: about.keepReleases }),
  keep_days: z.int().meta({ description: about.keepDays }),
  branch_days: z.int().meta({ description: about.branchDays }),
};
