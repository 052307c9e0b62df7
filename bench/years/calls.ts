/** What people, tools and workers ask a server, with the arguments that their pages and programs give. */
import { branchOfSecond, commitOf, people } from './fill.ts';

export interface Call {
  what: string;
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  body?: object;
}

export interface Filled {
  releases: number;
  /** Digest of a real image that the first build has. */
  image: string;
}

type Values = Record<string, string | number | boolean>;

const get = (what: string, path: string, values: Values = {}): Call => {
  const query = new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)]));
  return { what, method: 'GET', path: query.size === 0 ? path : `${path}?${query}` };
};

/** Everything that is only read; `round` varies what is asked where a server may remember the last answer. */
export function reads({ releases, image }: Filled, round: number): Call[] {
  const first = '/api/v1/builds/1';
  const second = '/api/v1/builds/2';
  const last = { release_name: 'last', release_number: 1 };
  /** A decided release of the first build, an old one of it, and one of its newest. */
  const middle = Math.floor(releases / 40) * 20 + 40 * (round % 3);
  const named = (index: number) => ({
    release_name: (index / 4) % 2 === 0 ? 'main' : `topic/${index}`,
    release_number: index + 1,
  });
  const oldest = named(0);
  const decided = named(middle);
  const idOf = (index: number) => index + 1;
  const inFirst = Math.floor(releases / 4);
  const runId = middle * 25 + 1;
  return [
    get('listBuilds', '/api/v1/builds', { page_size: 100 }),
    get('listReleases, first page', `${first}/releases`, { page_size: 50 }),
    get('listReleases, last page', `${first}/releases`, { page_size: 50, offset: Math.max(0, inFirst - 50) }),
    get('listReleases, search', `${first}/releases`, { search: 'TOPIC/1', page_size: 50 }),
    get('listReleases, search without a hit', `${first}/releases`, { search: 'nowhere', page_size: 50 }),
    get('listReleases, one name', `${first}/releases`, { release_name: 'main', page_size: 50 }),
    get('listReleases, status', `${first}/releases`, { status: 'reviewing', page_size: 50 }),
    get('listReleases, status that few have', `${first}/releases`, { status: 'receiving', page_size: 50 }),
    get('listReleases, one of 200 branches', `${second}/releases`, {
      branch: branchOfSecond(round),
      page_size: 50,
    }),
    get('listReleases, pull request', `${first}/releases`, { pull_request: 4, page_size: 50 }),
    get('listBranches, 2,500 branches', `${first}/branches`),
    get('listBranches, 200 branches', `${second}/branches`),
    get('describeRelease, 1,000 runs', `${first}/release`, last),
    get('describeRelease, oldest', `${first}/release`, oldest),
    get('buildStatus, commit', `${first}/status`, { commit: commitOf(middle) }),
    get('buildStatus, main', `${first}/status`, { branch: 'main' }),
    get('buildStatus, pull request', `${first}/status`, { pull_request: 4 }),
    get('listReviewers', `${first}/release/reviewers`, last),
    get('listReviewRequests', '/api/v1/review-requests'),
    get('listComments', `${first}/release/comments`, last),
    get('previewDeletion, 1,000 runs', `${first}/release/deletion`, last),
    get('previewDeletion, oldest', `${first}/release/deletion`, oldest),
    get('listDeletedReleases', `${first}/deleted`),
    ...(round === 0
      ? [get('previewRetention', `${first}/retention`, { keep_releases: 1_000, branch_days: 90 })]
      : []),
    get('buildDisk', `${first}/disk`),
    get('listDeletedBuilds', '/api/v1/deleted'),
    get('listRuns, 1,000 runs', `${first}/runs`, last),
    get('listRuns, 1,000 runs, explained', `${first}/runs`, { ...last, explain: true }),
    get('listRuns, 25 runs', `${first}/runs`, decided),
    get('listRuns, nothing new', `${first}/runs`, { ...last, since_version: 2_000 }),
    get('runDetail, 5,000 releases have it', `${first}/run`, { ...last, run_name: '/page/1' }),
    get('runDetail, oldest', `${first}/run`, { ...oldest, run_name: '/page/1' }),
    get('listMissing', `${first}/missing`, decided),
    get('listTakenOver', `${first}/run/taken-over`, { ...decided, run_id: runId }),
    get('listChanges, 1,000 runs', `/api/v1/releases/${releases + 1}/changes`),
    get('listChanges, 25 runs', `/api/v1/releases/${idOf(middle)}/changes`),
    get('describeChange', `/api/v1/releases/${releases + 1}/changes/fp1:${String(3).padStart(32, '0')}`),
    get('runThumbnail', `${first}/runs/${releases * 25 + 1 + round}/thumbnail`),
    get('imageOverview', `${first}/pictures/${image}/overview`),
    get('imageStrip', `${first}/pictures/${image}/strips/0`),
    get('download', '/api/download', { build_id: 1, sha1sum: image }),
    get('listActivity, first page', `${first}/activity`, { page_size: 100 }),
    get('listActivity, last page', `${first}/activity`, { page_size: 100, offset: inFirst * 25 - 100 }),
    get('listActivity, one person', `${first}/activity`, { actor: 'user:u8', page_size: 100 }),
    get('listActivity, a person without any', `${first}/activity`, { actor: 'user:nobody', page_size: 100 }),
    get('listActivity, a kind that is rare', `${first}/activity`, { kind: 'key_created', page_size: 100 }),
    get('listActivity, a release', `${first}/activity`, { release_id: idOf(middle), page_size: 100 }),
    get('listActivity, a run', `${first}/activity`, { run_id: runId, page_size: 100 }),
    get('listKeys', `${first}/keys`),
    get('listBuildSecrets', `${first}/secrets`),
    get('listForgeConnections', `${first}/forge_connections`),
    ...(['waiting', 'failed', 'sent'] as const).flatMap((state) => [
      get(`listDeliveries, ${state}`, `${first}/deliveries`, { state, page_size: 50 }),
      get(`listAllDeliveries, ${state}`, '/api/v1/deliveries', { state, page_size: 50 }),
      get(`listEvents, ${state}`, `${first}/events`, { state, page_size: 50 }),
      get(`listAllEvents, ${state}`, '/api/v1/events', { state, page_size: 50 }),
    ]),
    get('listAllDeliveries, last page', '/api/v1/deliveries', { page_size: 50, offset: releases * 3 - 50 }),
    get('listAllEvents, last page', '/api/v1/events', { page_size: 50, offset: releases * 5 - 50 }),
    get('listCiTrusts', `${first}/ci_trusts`),
    get('listEventEndpoints', `${first}/event_endpoints`),
    get('listQueues', '/api/v1/queues'),
    get('listTasks, first page', '/api/v1/queues/capture/tasks', { page_size: 100 }),
    get('listTasks, last page', '/api/v1/queues/capture/tasks', {
      page_size: 100,
      offset: releases * 5 - 100,
    }),
    get('listTasks, live', '/api/v1/queues/capture/tasks', { status: 'live', page_size: 100 }),
    get('listTasks, error', '/api/v1/queues/capture/tasks', { status: 'error', page_size: 100 }),
    get('listTasks, a status that none has', '/api/v1/queues/capture/tasks', {
      status: 'canceled',
      page_size: 100,
    }),
    get('describeSession', '/api/v1/session', { build_id: 1 }),
    get('describeAccount', '/api/v1/account'),
    get('listMembers', `${first}/members`),
    get('listPeople', '/api/v1/people', { page_size: 100 }),
    get('listPeople, last page', '/api/v1/people', { page_size: 100, offset: people - 100 }),
    get('listSuperuserKeys', '/api/v1/keys'),
    get('badge', '/badge/11.svg'),
    get('readyz', '/readyz'),
    get('metrics', '/metrics'),
  ];
}

const post = (what: string, path: string, body: object): Call => ({ what, method: 'POST', path, body });

/** A release from its creation to its decision, as a tool, a worker and a person write it. */
export function writes({ releases, image }: Filled, round: number): Call[] {
  const name = `years ${process.pid} ${round}`;
  const build = { build_id: 1 };
  const release = { ...build, release_name: name, release_number: 1 };
  const first = '/api/v1/builds/1';
  const history = Array.from({ length: 500 }, (_, index) => ({
    commit: commitOf(Math.max(0, releases - 20 - index * 4)),
  }));
  const page = (index: number) => `/page/${index}`;
  const report = (what: string, index: number) =>
    post(what, '/api/report_run', { ...release, run_name: page(index), image, choose_baseline: true });
  const operationId = `${Date.now()}-${round}`;
  return [
    post('create_release', '/api/create_release', {
      ...build,
      release_name: name,
      branch: `years/${round}`,
      commit: `a${String(round).padStart(39, '0')}`,
      repository: 'git.example/shop',
      history: JSON.stringify(history),
      own: '[]',
      history_note: 'full',
    }),
    post('find_run', '/api/find_run', { ...build, run_name: page(1) }),
    post('find_run, of the release', '/api/find_run', { ...release, run_name: page(1) }),
    post('find_run, a page that no release has', '/api/find_run', { ...build, run_name: `/none/${round}` }),
    post('request_run', '/api/request_run', {
      ...release,
      run_name: page(2),
      url: 'https://shop.example/2',
      choose_baseline: true,
    }),
    report('report_run', 3),
    report('report_run, again', 3),
    report('report_run, a page that is always new', 10_000 + round),
    post('artifacts/find', `${first}/artifacts/find`, {
      artifacts: JSON.stringify([{ sha1sum: image, sha256sum: '0'.repeat(64) }]),
    }),
    post('lease', '/api/work_queue/capture/lease', { owner: 'bench', count: 1 }),
    post('add a task', '/api/work_queue/bench/add', {
      task_id: name,
      payload: '{}',
      content_type: 'application/json',
    }),
    post('runs_done', '/api/runs_done', release),
    post(
      'approve a group',
      `/api/v1/releases/${releases + 1}/changes/${`fp1:${String((round % 50) * 6 + 3).padStart(32, '0')}`}/verdict`,
      {
        verdict: round % 2 === 0 ? 'approved' : 'rejected',
        operation_id: operationId,
        version: 1_000_000,
      },
    ),
    post('undo it', `/api/v1/decisions/${operationId}/undo`, build),
    post('comment', `${first}/release/comments`, {
      release_name: 'last',
      release_number: 1,
      text: 'So it is.',
      operation_id: operationId,
    }),
    post('ask for a review', `${first}/release/reviewers`, {
      release_name: 'last',
      release_number: 1,
      user_id: `u${round}`,
      wanted: true,
    }),
    post('compare again', `${first}/runs/compare-again`, { ...release }),
    post('mark good', `${first}/release/decision`, {
      ...release,
      decision: 'good',
      operation_id: `${operationId}-good`,
    }),
    post('reopen', `${first}/release/decision`, {
      ...release,
      decision: 'reopen',
      operation_id: `${operationId}-open`,
    }),
    post('mark bad', `${first}/release/decision`, {
      ...release,
      decision: 'bad',
      operation_id: `${operationId}-bad`,
    }),
  ];
}
