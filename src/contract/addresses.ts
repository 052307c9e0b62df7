/**
 * Where every operation of the HTTP API is and how it is called. What it takes and answers is its shape, in `original/` and
 * `v1/`. Imports nothing, so that a browser loads it without zod.
 */

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * `build`: a key of the build, or a superuser key. `superuser`: only the latter. `worker`: a worker key, or a superuser
 * key. `manage`: who may administer the build, never one of its keys. `read`: as `build`, and anyone where the build is
 * public. `open`: anyone.
 */
type Access = 'open' | 'read' | 'build' | 'manage' | 'worker' | 'superuser';

export interface Address extends Traits {
  method: Method;
  /**
   * Below the server's root; `{queue_name}` stands for the value of that parameter. The others travel in the query of
   * a GET, else in a JSON body.
   */
  path: string;
  access: Access;
  /** Whether doing it twice has the effect of doing it once, so that a client may repeat it; or the parameter that makes it so. */
  repeatable: boolean | string;
}

/** What sets an operation apart from one that takes parameters and answers JSON. */
interface Traits {
  /** On the wire and in descriptions; by default the key in the table below, in snake_case. */
  name?: string;
  repeatable?: boolean | string;
  /** It has none. */
  parameters?: 'none';
  /** Exactly one file comes with the parameters, in a multipart body. */
  takesFile?: true;
  /** By default JSON. */
  answers?: 'bytes' | 'events';
  /** Parameter that says how many seconds the server may take to answer. */
  holdsFor?: string;
}

const row =
  (method: Method) =>
  <const T extends Traits = Record<never, never>>(path: string, access: Access, traits?: T) =>
    ({ repeatable: method === 'GET', ...traits, method, path, access }) as Address & T;

const get = row('GET');
const post = row('POST');
const patch = row('PATCH');
const remove = row('DELETE');

/** A GET is, anything else says so. */
const repeatable = { repeatable: true } as const;

/** The keys are the names of the client's methods. */
export const addresses = {
  // The API of the original, under its names.
  /** Creates a new release candidate; the server numbers it. */
  createRelease: post('/api/create_release', 'build'),
  /** Finds the last good run of a name. @throws AppError `not_found` when the build has no good release */
  findRun: post('/api/find_run', 'build', repeatable),
  /** Requests a capture of a page and a comparison. */
  requestRun: post('/api/request_run', 'build', repeatable),
  /** Uploads one file. It streams: a `Blob` from `fs.openAsBlob` is never in memory whole. */
  upload: post('/api/upload', 'build', { ...repeatable, takesFile: true }),
  /** Reports results of a run; may be repeated, in any order. */
  reportRun: post('/api/report_run', 'build', repeatable),
  /** Marks the release as completely requested or reported. */
  runsDone: post('/api/runs_done', 'build', repeatable),
  /** Downloads an artifact. @throws AppError `artifact_not_found` */
  download: get('/api/download', 'read', { answers: 'bytes' }),
  /** Adds a task to a queue; an existing `taskId` changes nothing. */
  addTask: post('/api/work_queue/{queue_name}/add', 'superuser', {
    name: 'work_queue_add',
    repeatable: 'task_id',
  }),
  /** Leases tasks; with `waitSeconds`, waits for one. */
  leaseTasks: post('/api/work_queue/{queue_name}/lease', 'worker', {
    name: 'work_queue_lease',
    holdsFor: 'wait_seconds',
  }),
  /** Extends a lease. @throws AppError `lease_lost` | `task_not_live`: stop working on the task */
  heartbeat: post('/api/work_queue/{queue_name}/heartbeat', 'worker', {
    name: 'work_queue_heartbeat',
    ...repeatable,
  }),
  /** Ends a leased task. @throws AppError `lease_lost` */
  finishTask: post('/api/work_queue/{queue_name}/finish', 'worker', {
    name: 'work_queue_finish',
    ...repeatable,
  }),
  /** Gives a leased task back. */
  releaseTask: post('/api/work_queue/{queue_name}/release', 'worker', {
    name: 'work_queue_release',
    ...repeatable,
  }),
  // The resource API.
  /** The builds that the key can view. */
  listBuilds: get('/api/v1/builds', 'read'),
  createBuild: post('/api/v1/builds', 'build'),
  updateBuild: patch('/api/v1/builds/{build_id}', 'manage', repeatable),
  listReleases: get('/api/v1/builds/{build_id}/releases', 'read'),
  listBranches: get('/api/v1/builds/{build_id}/branches', 'read'),
  /** A release and what it means: pending, success, failure, error or skipped. */
  describeRelease: get('/api/v1/builds/{build_id}/release', 'read'),
  /** The same of the newest release of a commit, a branch or a pull request; with `wait`, once it is not pending. */
  buildStatus: get('/api/v1/builds/{build_id}/status', 'read', { holdsFor: 'wait' }),
  /** Marks a release good or bad, or reopens its review. @throws AppError `conflict` */
  reviewRelease: post('/api/v1/builds/{build_id}/release/decision', 'build', repeatable),
  /** The people who can decide, and which of them are asked to review a release. */
  listReviewers: get('/api/v1/builds/{build_id}/release/reviewers', 'build'),
  /** Asks a person to review a release, or withdraws that. */
  requestReview: post('/api/v1/builds/{build_id}/release/reviewers', 'build', repeatable),
  /** What the caller is asked to review. */
  listReviewRequests: get('/api/v1/review-requests', 'build', { parameters: 'none' }),
  /** What members say about a release and its runs. */
  listComments: get('/api/v1/builds/{build_id}/release/comments', 'build'),
  /** Says something about a release, a run, or a place in an image; or replies. */
  addComment: post('/api/v1/builds/{build_id}/release/comments', 'build', { repeatable: 'operation_id' }),
  /** Changes the text of one's own comment. */
  editComment: patch('/api/v1/builds/{build_id}/comments/{comment_id}', 'build', repeatable),
  /** Deletes a comment; that there was one, and who deleted it, stays. */
  deleteComment: remove('/api/v1/builds/{build_id}/comments/{comment_id}', 'build', repeatable),
  /** Resolves a thread, or reopens it. */
  resolveComment: post('/api/v1/builds/{build_id}/comments/{comment_id}/resolved', 'build', repeatable),
  /** Declares that a release gets no more shards. @throws AppError `not_found` when none of its shards has begun */
  finalizeRelease: post('/api/v1/builds/{build_id}/release/finalize', 'build', repeatable),
  /** Deletes a release; for a day, it can be restored. */
  deleteRelease: post('/api/v1/builds/{build_id}/release/delete', 'manage'),
  /** Restores a deleted release. @throws AppError `not_found` after a day */
  restoreRelease: post('/api/v1/builds/{build_id}/release/restore', 'manage'),
  /** Which pages would lose their baseline, and the disk space that would become free. */
  previewDeletion: get('/api/v1/builds/{build_id}/release/deletion', 'manage'),
  /** The deleted releases that can be restored. */
  listDeletedReleases: get('/api/v1/builds/{build_id}/deleted', 'manage'),
  /** What the retention of a build would delete now. */
  previewRetention: get('/api/v1/builds/{build_id}/retention', 'manage'),
  /** Artifacts of a build, and their bytes. */
  buildDisk: get('/api/v1/builds/{build_id}/disk', 'manage'),
  /** Deletes a build; for a day, it can be restored. */
  deleteBuild: post('/api/v1/builds/{build_id}/delete', 'manage'),
  /** Restores a deleted build. @throws AppError `not_found` after a day */
  restoreBuild: post('/api/v1/builds/{build_id}/restore', 'manage'),
  /** The deleted builds that the caller can restore. */
  listDeletedBuilds: get('/api/v1/deleted', 'build', { parameters: 'none' }),
  /** The runs of a release as columns. */
  listRuns: get('/api/v1/builds/{build_id}/runs', 'read'),
  /** One run with its neighbors and history. */
  runDetail: get('/api/v1/builds/{build_id}/run', 'read'),
  /** Approves or rejects one run, or undoes its verdict. @throws AppError `conflict` */
  reviewRun: post('/api/v1/builds/{build_id}/run/verdict', 'build', repeatable),
  /** Judges many runs together; conflicts are in the results. */
  reviewRuns: post('/api/v1/builds/{build_id}/runs/verdicts', 'build', repeatable),
  /** Captures and compares failed runs again: some, or all. */
  retryRuns: post('/api/v1/builds/{build_id}/runs/retry', 'build', repeatable),
  /** Pages that the baseline has and a release does not, by name. */
  listMissing: get('/api/v1/builds/{build_id}/missing', 'read'),
  /** Confirms that missing pages were removed, says that they must come back, or undoes either. */
  reviewMissing: post('/api/v1/builds/{build_id}/missing/verdicts', 'build', repeatable),
  /** Chooses the baselines of a release again, and compares again where they changed. */
  compareAgain: post('/api/v1/builds/{build_id}/runs/compare-again', 'build', repeatable),
  /** Compares a run with its page in another release. @throws AppError `not_found` when it has none */
  compareWith: post('/api/v1/builds/{build_id}/run/compare-with', 'build', repeatable),
  /** The runs that took over the verdict of a run. */
  listTakenOver: get('/api/v1/builds/{build_id}/run/taken-over', 'build'),
  /** Undoes the verdicts that other runs took over from a run, except in decided releases. */
  revokeTakenOver: post('/api/v1/builds/{build_id}/run/taken-over/revoke', 'build', repeatable),
  /** The changes of a release, each with its runs. */
  listChanges: get('/api/v1/releases/{release_id}/changes', 'read'),
  /** One change of a release: where it is, and in which runs. @throws AppError `not_found` */
  describeChange: get('/api/v1/releases/{release_id}/changes/{fingerprint}', 'read'),
  /** Approves or rejects a change in all runs that have it. @throws AppError `conflict` */
  reviewChange: post('/api/v1/releases/{release_id}/changes/{fingerprint}/verdict', 'build', repeatable),
  /** Undoes what was decided in one act, with all that follows from it. @throws AppError `invalid_transition` in a decided release */
  undoDecision: post('/api/v1/decisions/{operation_id}/undo', 'build', repeatable),
  /** Changes of a release as they happen; ends when the server stops, throws when the connection breaks. */
  watchRelease: get('/api/v1/builds/{build_id}/changes', 'read', { answers: 'events' }),
  /** A run as a WebP of 240 × 150. @throws AppError `not_found` when it has no image */
  runThumbnail: get('/api/v1/builds/{build_id}/runs/{run_id}/thumbnail', 'read', { answers: 'bytes' }),
  /** A whole image as WebP, its longer side at most 2,048 pixels. */
  imageOverview: get('/api/v1/builds/{build_id}/pictures/{sha1sum}/overview', 'read', { answers: 'bytes' }),
  /** One strip of a tall image, as PNG. @throws AppError `not_found` beyond the last */
  imageStrip: get('/api/v1/builds/{build_id}/pictures/{sha1sum}/strips/{index}', 'read', {
    answers: 'bytes',
  }),
  /** Which of the files the build already has, so that they need not be uploaded again. */
  findArtifacts: post('/api/v1/builds/{build_id}/artifacts/find', 'build', repeatable),
  listActivity: get('/api/v1/builds/{build_id}/activity', 'build'),
  listKeys: get('/api/v1/builds/{build_id}/keys', 'build'),
  /** Creates an API key for a build; its secret is only in this answer. */
  createKey: post('/api/v1/builds/{build_id}/keys', 'manage'),
  revokeKey: remove('/api/v1/builds/{build_id}/keys/{key_id}', 'manage', repeatable),
  /** The secrets of a build, without their values. */
  listBuildSecrets: get('/api/v1/builds/{build_id}/secrets', 'manage'),
  /** Adds a secret, or replaces the one of that name. @throws AppError `conflict` beyond 100 */
  setBuildSecret: post('/api/v1/builds/{build_id}/secrets', 'manage', repeatable),
  deleteBuildSecret: remove('/api/v1/builds/{build_id}/secrets/{secret_name}', 'manage'),
  /** The connections of a build with forges, without their tokens. */
  listForgeConnections: get('/api/v1/builds/{build_id}/forge_connections', 'manage'),
  /** Connects a build with a repository of a forge. @throws AppError `conflict` where the status is taken */
  createForgeConnection: post('/api/v1/builds/{build_id}/forge_connections', 'manage'),
  /** Changes a connection; what stopped is sent again. */
  updateForgeConnection: patch(
    '/api/v1/builds/{build_id}/forge_connections/{connection_id}',
    'manage',
    repeatable,
  ),
  /** Removes a connection; what the forge shows stays there. */
  deleteForgeConnection: remove('/api/v1/builds/{build_id}/forge_connections/{connection_id}', 'manage'),
  /** Reads the repository of a connection, and says which rights are missing. */
  testForgeConnection: post(
    '/api/v1/builds/{build_id}/forge_connections/{connection_id}/test',
    'manage',
    repeatable,
  ),
  /** Sends everything of a connection again that stopped or waits. */
  retryDeliveries: post(
    '/api/v1/builds/{build_id}/forge_connections/{connection_id}/retry',
    'manage',
    repeatable,
  ),
  /** What forges were told about a build and have to be told. */
  listDeliveries: get('/api/v1/builds/{build_id}/deliveries', 'manage'),
  /** The same about all builds. */
  listAllDeliveries: get('/api/v1/deliveries', 'superuser'),
  /** Exchanges the token of a CI job for a key. @throws AppError `invalid_credentials` */
  exchangeCiToken: post('/api/v1/ci/exchange', 'open'),
  /** Whose CI jobs get keys of a build for their tokens. */
  listCiTrusts: get('/api/v1/builds/{build_id}/ci_trusts', 'manage'),
  /** Lets CI jobs exchange their tokens for keys of a build. */
  createCiTrust: post('/api/v1/builds/{build_id}/ci_trusts', 'manage', repeatable),
  deleteCiTrust: remove('/api/v1/builds/{build_id}/ci_trusts/{trust_id}', 'manage'),
  /** Where a build sends its events, without secrets. */
  listEventEndpoints: get('/api/v1/builds/{build_id}/event_endpoints', 'manage'),
  /** Adds an endpoint; the secret of a webhook is only in this answer. */
  createEventEndpoint: post('/api/v1/builds/{build_id}/event_endpoints', 'manage'),
  /** Changes an endpoint, or turns it on or off. */
  updateEventEndpoint: patch('/api/v1/builds/{build_id}/event_endpoints/{endpoint_id}', 'manage', repeatable),
  /** Removes an endpoint and its list of events. */
  deleteEventEndpoint: remove('/api/v1/builds/{build_id}/event_endpoints/{endpoint_id}', 'manage'),
  /** Gives an endpoint another secret; for a day, events are signed with both. */
  rotateEventSecret: post('/api/v1/builds/{build_id}/event_endpoints/{endpoint_id}/rotate', 'manage'),
  /** Sends a test to an endpoint, once, and says what it answered. */
  testEventEndpoint: post('/api/v1/builds/{build_id}/event_endpoints/{endpoint_id}/test', 'manage'),
  /** The events of a build, one entry per event and endpoint. */
  listEvents: get('/api/v1/builds/{build_id}/events', 'manage'),
  /** The same of all builds. */
  listAllEvents: get('/api/v1/events', 'superuser'),
  /** Sends an event again, with the same id and content. @throws AppError `conflict` while its endpoint is off */
  sendEventAgain: post('/api/v1/builds/{build_id}/events/{delivery_id}/send', 'manage'),
  listQueues: get('/api/v1/queues', 'superuser', { parameters: 'none' }),
  listTasks: get('/api/v1/queues/{queue_name}/tasks', 'superuser'),
  /** Retries a task. @throws AppError `conflict` while it is leased */
  retryTask: post('/api/v1/queues/{queue_name}/tasks/{task_id}/retry', 'superuser', repeatable),
  /** Deletes a task; a run that waits for it fails. */
  deleteTask: remove('/api/v1/queues/{queue_name}/tasks/{task_id}', 'superuser', repeatable),
  /** The caller and their rights. */
  describeSession: get('/api/v1/session', 'read'),
  signIn: post('/api/v1/sign_in', 'open'),
  startProvider: post('/api/v1/sign_in/{provider}', 'open', { name: 'sign_in_with' }),
  signOut: post('/api/v1/sign_out', 'open', { ...repeatable, parameters: 'none' }),
  setUp: post('/api/v1/set_up', 'open'),
  forgotPassword: post('/api/v1/password/forgot', 'open'),
  resetPassword: post('/api/v1/password/reset', 'open'),
  lookAtInvitation: post('/api/v1/invitation', 'open', repeatable),
  acceptInvitation: post('/api/v1/invitation/accept', 'open'),
  answerInvitation: post('/api/v1/account/invitations/{invitation_id}', 'build'),
  lookAtEmailAlias: post('/api/v1/email_alias', 'open', repeatable),
  confirmEmailAlias: post('/api/v1/email_alias/confirm', 'open'),
  /** Sets which mails the caller gets. */
  updateAccount: patch('/api/v1/account', 'build', repeatable),
  /** Sets how the caller hears of releases of one build. @throws AppError `not_found` without a role in it */
  chooseBuildMail: patch('/api/v1/account/builds/{build_id}', 'build', repeatable),
  /** Changes the caller's password, and signs out all other browsers. */
  changePassword: post('/api/v1/account/password', 'build'),
  describeAccount: get('/api/v1/account', 'build', { parameters: 'none' }),
  endSession: remove('/api/v1/account/sessions/{session_id}', 'build'),
  listMembers: get('/api/v1/builds/{build_id}/members', 'manage'),
  inviteMember: post('/api/v1/builds/{build_id}/members', 'manage'),
  changeMember: patch('/api/v1/builds/{build_id}/members/{user_id}', 'manage', repeatable),
  removeMember: remove('/api/v1/builds/{build_id}/members/{user_id}', 'manage'),
  revokeInvitation: remove('/api/v1/builds/{build_id}/invitations/{invitation_id}', 'manage', repeatable),
  listPeople: get('/api/v1/people', 'superuser'),
  changePerson: patch('/api/v1/people/{user_id}', 'superuser', repeatable),
  /** The keys that can access every build and the work queue. */
  listSuperuserKeys: get('/api/v1/keys', 'superuser', { parameters: 'none' }),
  /** Creates a key that can access every build; its secret is only in this answer. */
  createSuperuserKey: post('/api/v1/keys', 'superuser'),
  /** Revokes a key of any kind permanently. */
  revokeAnyKey: remove('/api/v1/keys/{key_id}', 'superuser', repeatable),
  /** Gives a key access to every build and the work queue. */
  makeSuperuser: post('/api/v1/keys/{key_id}/superuser', 'superuser', repeatable),
  /** Checks all stored data, without a time limit. @throws AppError `conflict` while another check runs */
  fsck: post('/api/v1/fsck', 'superuser', { ...repeatable, parameters: 'none' }),
  /**
   * Moves orphaned files to the trash, without a time limit.
   *
   * @throws AppError `conflict` while another sweep runs, or if confirmation is needed
   */
  sweepStorage: post('/api/v1/sweep', 'superuser', repeatable),
} satisfies Record<string, Address>;

export type Addresses = typeof addresses;
export type OperationName = keyof Addresses;
