/**
 * What each operation may tell anyone who has no part in a build, of a public one. An operation that anyone may call and
 * that is not here fails the test; so does a field that is not. Add none that tells of people, addresses or workers.
 */

const under = (prefix: string, fields: string): string[] =>
  fields
    .trim()
    .split(/\s+/)
    .map((field) => `${prefix}.${field}`);

const build = (at: string) =>
  under(
    at,
    `id name is_public send_email email_alias_confirmed fail_on_forgiven created_at main_branches main_branches[] baseline
     first_run new_images removed_images main_unreviewed baseline_wait_seconds carry_over carry_over_days
     carry_over_across_engines fresh_review name_reviewers approvals not_by_author worker_label keep_releases keep_days branch_days`,
  );
const release = (at: string) =>
  under(
    at,
    `id build_id name number url branch commit ci_url head_commit base_branch pull_request repository head_repository
     history_note follows_git is_on_main is_subset skip_reason status shards.total
     shards.fault version status_version comments_version created_at status_at`,
  );
const counts = (at: string) =>
  under(
    at,
    'total waiting undecided approved rejected same forgiven new failed accepted carried partly_approved missing renamed',
  );
const columns = under(
  'runs',
  `id[] name[] status[] verdict[] verdict_at[] version[] facts_version[] distortion[] changed_pixels[] diff_ratio[]
   region_count[] move_summary[] change_set[] change_count[] open_changes[] verdict_source[] width[] height[] has_image[] has_ref[] failure_reason[] incomplete_count[]
   warning_count[] environment_change[]
   forgiven_pixels[] approvals[]`,
);
const slot = (at: string) =>
  under(
    at,
    `state url image log config requests failure.reason failure.message failure.http_status failure.image facts.width facts.height
     facts.shots facts.settled facts.browser_version facts.duration_ms facts.stages[].name facts.stages[].duration_ms
     facts.incomplete[].url facts.incomplete[].why facts.incomplete_count facts.dom
     facts.warnings[].code facts.warnings[].selector facts.warnings[].sentence facts.engine.browser facts.engine.version
     facts.engine.platform facts.engine.fonts_digest facts.engine.flags_digest`,
  );
const sample = (at: string) =>
  under(
    at,
    `run_id run_name kind name.selector name.kind name.facts[].what name.facts[].before name.facts[].after place
     before.left before.top before.width before.height after.left after.top after.width after.height image ref_image image_rows ref_image_rows`,
  );
const error = ['code', 'error', 'request_id', 'details.parameter'];
const changes = [
  ...release('release'),
  ...counts('counts'),
  ...columns,
  'change_sets[]',
  ...under('environment_changes[][]', 'part before after'),
];
const bytesOnly = [...error];
const login = ['success', ...error];

const described = [
  ...['conclusion', 'text', 'url', 'main_ahead', ...error],
  ...release('release'),
  ...counts('counts'),
  ...release('baseline'),
];

export const allowedFields: Readonly<Record<string, readonly string[] | undefined>> = {
  download: bytesOnly,
  run_thumbnail: bytesOnly,
  image_overview: bytesOnly,
  image_strip: bytesOnly,
  list_builds: [
    ...build('builds[].build'),
    'builds[].is_own',
    ...release('builds[].newest_release'),
    ...counts('builds[].counts'),
  ],
  list_releases: [
    ...build('build'),
    ...release('baseline'),
    'total',
    ...release('releases[].release'),
    ...counts('releases[].counts'),
  ],
  list_branches: ['branches[].name', 'branches[].is_main', ...release('branches[].newest_release')],
  describe_release: described,
  build_status: described,
  list_runs: [...build('build'), ...changes],
  watch_release: changes,
  run_detail: [
    ...build('build'),
    ...release('release'),
    ...under(
      'run',
      `id build_id release_id name baseline_run_id status verdict verdict_at verdict_source open_changes approvals[].at version facts_version created_at updated_at
       diff.failed diff.image diff.forgiven_mask diff.aligned_mask diff.forgiven_pixels diff.fail_on_forgiven diff.log diff.distortion diff.requests diff.failure.reason diff.failure.message`,
    ),
    ...slot('run.current'),
    ...slot('run.ref'),
    ...under('sizes', 'current.width current.height ref.width ref.height'),
    'baseline_reason',
    ...under(
      'baseline',
      'reason rule candidates[].release_id candidates[].release_name candidates[].release_number',
    ),
    ...under('baseline', 'candidates[].branch candidates[].commit candidates[].run_id candidates[].why'),
    'renamed_from',
    ...under('changes[]', 'fingerprint verdict verdict_at other_open_runs'),
    'changes',
    ...under('verdict_origin', 'run_id run_name release_id release_name release_number reason'),
    ...under('baseline_withdrawn', 'kind sentence at'),
    'main_ahead',
    ...release('baseline_release'),
    ...under('position', 'index total previous next'),
    ...under('history[]', 'run_id status verdict verdict_at facts_version distortion image created_at'),
    ...release('history[].release'),
    // That something is under way, and since when: not who is at it, nor what they say.
    ...under(
      'tasks[]',
      `queue id label status payload content_type created_at eta lease_attempts last_lease finished_at release_id run_id slot`,
    ),
  ],
  list_missing: [
    ...release('release'),
    ...under(
      'missing[]',
      'name baseline_run_id baseline_release_id verdict verdict_at renamed_to renamed_run_id',
    ),
    ...under('baseline_releases[]', 'id name number branch commit'),
  ],
  list_changes: [
    ...release('release'),
    ...['total', 'decisions_left', 'runs_left'],
    ...under('changes[]', 'fingerprint runs places open_runs decision.verdict decision.at approvals'),
    ...under('changes[].approved_earlier', 'release_name release_number at'),
    ...sample('changes[].sample'),
  ],
  describe_change: [
    ...release('release'),
    ...['fingerprint', 'decision.verdict', 'decision.at', 'approvals'],
    ...under('approved_earlier', 'release_name release_number at'),
    ...sample('places[]'),
    ...under('runs[]', 'run_id run_name place verdict change_count open_changes is_excepted'),
    ...error,
  ],
  describe_session: [
    'version',
    'authentication',
    ...under('principal', 'kind actor name is_superuser may_create_builds may_work'),
    ...under('sign_in', 'password mail needs_set_up providers[].id providers[].name'),
    ...under('build', 'id may_review may_manage may_comment'),
  ],
  sign_in: login,
  sign_in_with: ['url', ...error],
  sign_out: login,
  set_up: login,
  forgot_password: login,
  reset_password: login,
  // Anyone with the link in a mail may read the content of that mail.
  look_at_invitation: error,
  accept_invitation: login,
  exchange_ci_token: error,
  look_at_email_alias: error,
  confirm_email_alias: login,
};
