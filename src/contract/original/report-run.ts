import { z } from 'zod';
import { captureParameter } from '../capture-details.ts';
import { comparisonParameter } from '../comparison-details.ts';
import { operation, success } from '../operation.ts';
import {
  buildId,
  failure,
  flag,
  name,
  number,
  optional,
  parameters,
  releaseName,
  releaseNumber,
  sha1,
  sha256,
  shownUrl,
} from '../parameters.ts';
import { previousNames } from '../previous-names.ts';
import { failureReason } from '../run-failure.ts';
import { shard } from '../shard.ts';

export const reportRun = operation('reportRun', {
  summary: 'Reports data for a run of a release candidate.',
  description:
    'Creates the run if needed and sets only the fields that are present. May be called repeatedly, in any order, even with the same data. A filled slot keeps its image: a different one is refused with 409. In a release with shards, a new run needs shard; a shard that runs again replaces its runs, and a run of another shard answers 409.',
  parameters: parameters({
    build_id: buildId,
    release_name: releaseName,
    release_number: releaseNumber,
    run_name: name('Name of the run.'),
    url: optional(shownUrl('URL associated with the run; http or https.')),
    image: optional(sha1('Screenshot of the run.')),
    log: optional(sha1("Log of the run's capture.")),
    config: optional(sha1("Config of the run's capture.")),
    ref_url: optional(shownUrl("URL of the run's baseline; http or https.")),
    ref_image: optional(sha1("Screenshot of the run's baseline.")),
    ref_log: optional(sha1("Log of the baseline's capture.")),
    ref_config: optional(sha1("Config of the baseline's capture.")),
    diff_image: optional(sha1('Perceptual difference image.')),
    forgiven_mask: optional(
      sha1('Ours: image of the forgiven pixels; unlike `diff_image`, it does not mark the run as different.'),
    ),
    aligned_mask: optional(
      sha1(
        'Ours: image of what differs after alignment; like `forgiven_mask`, it marks nothing as different.',
      ),
    ),
    diff_log: optional(sha1('Log of the comparison.')),
    diff_failed: optional(failure('Not empty: the comparison failed, for this reason.')),
    run_failed: optional(failure('Not empty: the capture failed, for this reason.')),
    lease_id: optional(
      name('Ours: the lease of the task that this result belongs to; a lost lease is refused with 409.', 64),
    ),
    failure: optional(failureReason),
    comparison: optional(comparisonParameter),
    capture: optional(captureParameter),
    previous_name: optional(previousNames),
    shard: optional(shard),
    choose_baseline: optional(
      flag(
        'Ours: the server chooses what a new run is compared with, as request_run does; not together with ref_image.',
      ),
    ),
    pixels_sha256: optional(sha256('Ours: SHA-256 of width, height and decoded RGBA of the screenshot.')),
    distortion: optional(number('How different the images are: 0 (equal) to 1.', 0, 1)),
  }),
  answer: z.object({ success }),
});
