/** Rows as years of work leave them behind. Written by SQL: digests are made up and have no files. */
import type { Place, Sql } from '../server/places.ts';
import { withDatabase } from '../server/places.ts';

/** Runs of every release but one. */
const pages = 25;
export const people = 500;
const builds = 50;
/** Of the first build; the second has a twentieth of all releases on 200 branches, and the others share the rest. */
const ofFirst = 4;
const ofSecond = 20;
const dayMs = 86_400_000;
/** Activity is kept for 730 days, mails and events for 90, ended tasks for 7. */
const keptDays = { releases: 720, mails: 80, tasks: 6.5 };

export interface Years {
  /** Except the release with many runs, which comes last. */
  releases: number;
  /** Of the last release, which is in the first build. */
  runsOfLast: number;
}

/** Numbers from 0, on either database. */
const numbers = (count: number) =>
  `(with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < ${count}) select i from n) as n`;

const padded = (length: number, sql: string) =>
  `substr('${'0'.repeat(length)}', 1, ${length} - length(cast(${sql} as text))) || cast(${sql} as text)`;

/** 40 hexadecimal digits that begin with a letter. */
const digest = (letter: string, sql: string) => `('${letter}' || ${padded(39, sql)})`;

/** The commit of release `index`, counted from 0. */
export const commitOf = (index: number) => `c${String(index).padStart(39, '0')}`;
export const branchOfSecond = (index: number) => `feature/${index % 200}`;
const buildOf = (i: string) =>
  `case when ${i} % ${ofFirst} = 0 then 1 when ${i} % ${ofSecond} = 1 then 2 else 3 + ${i} % ${builds - 2} end`;

/** What becomes of release `i` of `count`; one of ten is never decided. */
const statusOf = (i: string, count: number) =>
  `case when ${i} >= ${count - 20} and ${i} % 4 = 0 then 'receiving' when ${i} >= ${count - 20} and ${i} % 4 = 1 then 'processing'
    when ${i} >= ${count - 40} or ${i} % 10 = 7 then 'reviewing' when ${i} % 5 = 4 then 'bad' else 'good' end`;

/** 0 to 99, by run. */
const luck = '((i * 7 + p * 13) % 100)';
const differs = `${luck} >= 80 and ${luck} < 95`;

/** @param image digest of one that has a file; the runs of the last release show it */
export async function fillYears(place: Place, { releases, runsOfLast }: Years, image: string): Promise<void> {
  const now = Date.now();
  const runs = releases * pages;
  const timeOf = (i: string, count: number, days: number) =>
    `${now} - ${Math.floor((days * dayMs) / count)} * (${count} - cast(${i} as bigint))`;
  const released = timeOf('i', releases, keptDays.releases);
  await withDatabase(place, async (sql) => {
    await sql(`insert into builds (name, is_public, send_email, created_at)
      select 'Build ' || cast(i + 2 as text), i % 10 / 9, 0, 1 from ${numbers(builds - 1)}`);
    await sql(`update server_facts set value = 'complete' where name = 'artifact_uses'`);
    await fillPeople(sql, now);
    await fillReleases(sql, releases, released);
    await fillArtifacts(sql, runs);
    await fillRuns(sql, releases, runsOfLast, released, image);
    await fillChanges(sql, releases, released);
    await fillTalk(sql, releases, released);
    await fillActivity(sql, releases, timeOf);
    await fillQueues(sql, releases * 15, timeOf);
  });
}

async function fillPeople(sql: Sql, now: number): Promise<void> {
  await sql(`insert into users (id, name, email, email_verified, superuser, created_at, updated_at)
    select 'u' || cast(i as text), 'Person ' || cast(i as text), 'u' || cast(i as text) || '@example.com', 1, 0, 1, 1 from ${numbers(people)}`);
  await sql(`insert into memberships (build_id, user_id, role, created_at, created_by)
    select builds.id, 'u' || cast(i as text), case when i % 50 = 0 then 'admin' else 'reviewer' end, 1, 'local'
    from builds, ${numbers(people)} where builds.id = 1 or (i + builds.id) % 10 = 0`);
  await sql(`insert into sessions (id, token_hash, user_id, created_at, updated_at, expires_at)
    select 's' || cast(i as text), 't' || cast(i as text), 'u' || cast(i % ${people} as text), ${now}, ${now}, ${now + 7 * dayMs} from ${numbers(people * 3)}`);
  await sql(`insert into api_keys (id, secret_hash, purpose, build_id, superuser, created_at, created_by, revoked_at)
    select 'k' || cast(i as text), 'x', 'CI', 1 + i % 2 * (i % ${builds}), 0, ${now} - i, 'local', case when i % 3 > 0 then 1 end from ${numbers(200)}`);
  await sql(`insert into api_keys (id, secret_hash, purpose, build_id, superuser, created_at, created_by, ci, expires_at)
    select 'ci' || cast(i as text), 'x', 'CI', 1 + i % ${builds}, 0, ${now} - i, 'local', '{"releaseId":1}', ${now} - ${dayMs} from ${numbers(3_000)}`);
  await sql(`insert into invitations (id, build_id, email, role, created_at, created_by, expires_at, accepted_at)
    select 'i' || cast(i as text), 1 + i % ${builds}, 'u' || cast(i as text) || '@example.com', 'reviewer', ${now} - i, 'local', ${now} - ${dayMs}, 1 from ${numbers(people)}`);
}

async function fillReleases(sql: Sql, releases: number, released: string): Promise<void> {
  const inFirst = `i % ${ofFirst} = 0`;
  const inSecond = `i % ${ofSecond} = 1`;
  const ofMain = `(i / ${ofFirst}) % 2 = 0`;
  const branch = `case when ${inFirst} then case when ${ofMain} then 'main' else 'topic/' || cast(i as text) end
    when ${inSecond} then 'feature/' || cast(i / ${ofSecond} % 200 as text) else 'main' end`;
  await sql(`insert into releases (build_id, name, number, url, status, version, status_version, created_at, status_at, updated_at,
      decided_by, branch, commit_id, head_commit, tree, repository, pull_request, author_name, author_email, history_note, history_length)
    select ${buildOf('i')}, ${branch}, 1 + i, 'https://ci.example/jobs/' || cast(i as text), ${statusOf('i', releases)}, 60, 60,
      ${released}, ${released}, ${released}, case when ${statusOf('i', releases)} in ('good', 'bad') then 'user:u' || cast(i % ${people} as text) end,
      ${branch}, ${digest('c', 'i')}, ${digest('c', 'i')}, ${digest('d', 'i')}, 'git.example/shop',
      case when ${inFirst} and not ${ofMain} then cast(i as text) end, 'Ada', 'ada@example.com', 'full', 20
    from ${numbers(releases)} order by i`);
  const lately = Array.from({ length: 20 }, (_, index) => `{"commit":"${commitOf(index)}"}`).join(',');
  await sql(
    `insert into release_histories (release_id, history, own) select id, '[${lately}]', '[]' from releases`,
  );
  await sql(`insert into missing_runs (release_id, name, verdict) select 1 + i, '/removed/' || cast(p as text), 'confirmed'
    from ${numbers(releases)}, (select 0 as p union all select 1) as two`);
  await sql(`insert into releases (build_id, name, number, status, version, status_version, created_at, status_at, updated_at, branch)
    select 1, 'last', 1, 'reviewing', 2000, 2000, max(created_at), max(created_at), max(created_at), 'last' from releases`);
}

async function fillArtifacts(sql: Sql, runs: number): Promise<void> {
  const kinds = { a: Math.ceil(runs / 4), b: Math.ceil(runs / 10), e: Math.ceil(runs / 20) };
  for (const [letter, count] of Object.entries(kinds)) {
    await sql(
      `insert into artifacts (sha1, sha256, size, created_at) select ${digest(letter, 'i')}, 'x', 100000, 1 from ${numbers(count)}`,
    );
    const type = letter === 'b' ? 'text/plain' : 'image/png';
    const perArtifact = { a: 4, b: 10, e: 20 }[letter]!;
    const release = `(i * ${perArtifact} / ${pages})`;
    await sql(`insert into artifact_ownerships (build_id, sha1, content_type, created_at)
      select ${buildOf(release)}, ${digest(letter, 'i')}, '${type}', 1 from ${numbers(count)}`);
  }
}

async function fillRuns(
  sql: Sql,
  releases: number,
  runsOfLast: number,
  released: string,
  image: string,
): Promise<void> {
  const run = `(i * ${pages} + p)`;
  const step = `case when i % ${ofFirst} = 0 then ${ofFirst} when i % ${ofSecond} = 1 then ${ofSecond} else ${builds - 2} end`;
  const baseline = `case when i >= ${builds} and (i % ${ofFirst} = 0 or i % ${ofSecond} = 1 or i % ${ofSecond} <> 9) then 1 + ${run} - ${pages} * (${step}) end`;
  const release = `(${statusOf('i', releases)})`;
  const verdict = `case when not (${differs}) then 'none' when ${release} = 'good' then 'approved' when ${release} = 'bad' then 'rejected' else 'none' end`;
  const status = `case when ${luck} < 80 then 'diff_not_found' when ${differs} then case when ${release} = 'good' then 'diff_approved' else 'diff_found' end
    when ${luck} < 97 then 'failed' else 'no_diff_needed' end`;
  const capture = JSON.stringify({
    width: 1_280,
    height: 4_000,
    shots: 2,
    settled: true,
    browserVersion: '140.0',
    durationMs: 900,
    stages: ['open', 'load', 'settle', 'fonts', 'images', 'shots'].map((name) => ({ name, durationMs: 150 })),
  });
  const comparison = JSON.stringify({
    changedPixels: 1_000,
    diffRatio: 0.001,
    regions: Array.from({ length: 4 }, (_, index) => ({
      left: index * 10,
      top: 10,
      width: 100,
      height: 30,
      changedPixels: 250,
    })),
    regionCount: 4,
    before: { width: 1_280, height: 4_000 },
    after: { width: 1_280, height: 4_000 },
  });
  const insert = (from: string) =>
    sql(`insert into runs (build_id, release_id, name, run_state, url, image, log, run_requests, ref_state, ref_image, ref_requests,
        baseline_run_id, diff_failed, diff_image, distortion, diff_requests, status, verdict, verdict_by, verdict_at, version, facts_version, created_at, updated_at,
        changed_pixels, diff_ratio, region_count, width, height, comparison, capture_facts, ref_capture_facts, pixels_sha256, change_count, open_changes,
        changes_complete, verdict_source, run_failure) ${from}`);
  await insert(`select ${buildOf('i')}, 1 + i, '/page/' || cast(p as text), case when ${luck} in (95, 96) then 'failed' else 'done' end,
      'https://shop.example/page/' || cast(p as text), ${digest('a', `${run} / 4`)}, ${digest('b', `${run} / 10`)}, 1, 'done', ${digest('a', `${run} / 4`)}, 1,
      ${baseline}, 0, case when ${differs} then ${digest('e', `${run} / 20`)} end, case when ${differs} then 0.001 end, 1, ${status}, ${verdict},
      case when (${verdict}) <> 'none' then 'user:u' || cast(i % ${people} as text) end, case when (${verdict}) <> 'none' then ${released} end, 2 + p, 2 + p, ${released}, ${released},
      1000, 0.001, 4, 1280, 4000, '${comparison}', '${capture}', '${capture}', ${digest('f', `${run} / 4`)}, case when ${differs} then 3 else 0 end,
      case when ${differs} and (${verdict}) = 'none' then 3 else 0 end, case when ${differs} then 1 else 0 end, case when (${verdict}) <> 'none' then 'person' end,
      case when ${luck} in (95, 96) then '{"reason":"timeout","message":"The page took longer than 30 s."}' end
    from ${numbers(releases)} cross join (select i as p from ${numbers(pages)}) as p order by i, p`);
  const last = releases + 1;
  await insert(`select 1, ${last}, case when p < ${pages} then '/page/' else '/other/' end || cast(p as text), 'done', 'https://shop.example/other/' || cast(p as text),
      '${image}', ${digest('b', 'p / 10')}, 1, 'done', ${digest('a', 'p / 4')}, 1,
      case when p < ${pages} then 1 + ${(releases - ofFirst) * pages} + p end, 0, case when p % 2 = 0 then ${digest('e', 'p / 20')} end, case when p % 2 = 0 then 0.001 end, 1,
      case when p % 2 = 0 then 'diff_found' else 'diff_not_found' end, 'none', null, cast(null as bigint), 2 + p, 2 + p, 1, 1,
      1000, 0.001, 4, 1280, 4000, '${comparison}', '${capture}', '${capture}', ${digest('f', 'p / 4')}, case when p % 2 = 0 then 3 else 0 end,
      case when p % 2 = 0 then 3 else 0 end, case when p % 2 = 0 then 1 else 0 end, null, null
    from (select i as p from ${numbers(runsOfLast)}) as p order by p`);
  for (const column of ['image', 'log', 'diff_image']) {
    await sql(
      `insert into artifact_uses (build_id, sha1, run_id) select build_id, ${column}, id from runs where ${column} is not null`,
    );
  }
}

async function fillChanges(sql: Sql, releases: number, released: string): Promise<void> {
  const box = '{"left":10,"top":10,"width":100,"height":30}';
  const columns =
    'run_id, n, build_id, release_id, fingerprint, is_first, kind, before_box, after_box, pixels, place';
  const three = '(select 0 as n union all select 1 union all select 2) as three';
  await sql(`insert into run_changes (${columns})
    select 1 + i * ${pages} + p, n, ${buildOf('i')}, 1 + i, 'fp1:' || ${padded(32, '(i / 40 % 50 * 75 + p * 3 + n)')}, 1, 'changed', '${box}', '${box}', 250, 'main/' || cast(n as text)
    from ${numbers(releases)}, (select i as p from ${numbers(pages)}) as p, ${three} where ${differs}`);
  await sql(`insert into run_changes (${columns})
    select id, n, 1, release_id, 'fp1:' || ${padded(32, '(id % 100 * 3 + n)')}, 1, 'changed', '${box}', '${box}', 250, 'main/' || cast(n as text)
    from runs, ${three} where release_id = ${releases + 1} and status = 'diff_found'`);
  await sql(`insert into change_decisions (build_id, release_id, fingerprint, verdict, actor, at, version, seen_run_id, operation_id)
    select build_id, 1 + i, fingerprint, case when ${statusOf('i', releases)} = 'good' then 'approved' else 'rejected' end,
      'user:u' || cast(i % ${people} as text), ${released}, 60, run_id, 'decision ' || cast(run_id as text)
    from ${numbers(releases)} join run_changes on release_id = 1 + i where n = 0 and ${statusOf('i', releases)} in ('good', 'bad') order by i, run_id`);
}

async function fillTalk(sql: Sql, releases: number, released: string): Promise<void> {
  const columns =
    'build_id, release_id, run_id, author, text, mentions, operation_id, created_at, resolved_at';
  await sql(`insert into comments (${columns}) select ${buildOf('i')}, 1 + i, 1 + i * ${pages}, 'user:u' || cast(i % ${people} as text),
    'Is this meant?', '[]', 'c' || cast(i as text), ${released}, 1 from ${numbers(releases)}`);
  await sql(`insert into comments (${columns}) select 1, ${releases + 1}, cast(null as bigint), 'user:u' || cast(i % ${people} as text),
    'Is this meant?', '[]', 'c' || cast(i as text), 1, cast(null as bigint) from ${numbers(300)}`);
  await sql(`insert into review_requests (release_id, user_id, build_id, requested_by, requested_at)
    select 1 + i, case when i % 2 = 0 then (select id from users where superuser = 1) else 'u' || cast(i % ${people} as text) end, ${buildOf('i')}, 'local', ${released} from ${numbers(releases)}`);
}

type TimeOf = (i: string, count: number, days: number) => string;

async function fillActivity(sql: Sql, releases: number, timeOf: TimeOf): Promise<void> {
  const entries = releases * pages;
  const release = `(i / ${pages})`;
  const kind = `case when i % ${pages} = 0 then 'release_created' when i % ${pages} = ${pages - 1} then 'release_good' when i % 50000 = 7 then 'key_created' else 'run_approved' end`;
  await sql(`insert into activity (at, build_id, release_id, run_id, actor, kind, detail, subject, operation_id)
    select ${timeOf('i', entries, keptDays.releases)}, ${buildOf(release)}, 1 + ${release}, case when ${kind} = 'run_approved' then 1 + i end,
      'user:u' || cast(${release} % ${people} as text), ${kind}, '{"verdict":"approved"}', 'run:' || cast(1 + i as text), 'op ' || cast(i as text)
    from ${numbers(entries)} order by i`);
  const mails = releases * 10;
  const body = JSON.stringify({
    paragraphs: ['A release is ready for review.', 'It has 3 differences.'],
    action: null,
  });
  await sql(`insert into mails (message_id, build_id, release_id, kind, subject, body, created_at, attempts, sent_at, recipient, problem)
    select 'm' || cast(i as text), ${buildOf('(i / 10)')}, 1 + i / 10, case when i % 10 = 0 then 'invitation' else 'ready_for_review' end, 'Ready for review', '${body}',
      ${timeOf('i', mails, keptDays.mails)}, 1, 1, 'u' || cast(i % ${people} as text) || '@example.com', null from ${numbers(mails)} order by i`);
  const events = releases * 5;
  await sql(`insert into event_deliveries (endpoint_id, build_id, release_id, event_id, type, payload, created_at, attempts, sent_at, answer)
    select 1, case when i % 2 = 0 then 1 else 2 + i % 48 end, 1 + i / 5, 'e' || cast(i as text), 'release.decided', '${'x'.repeat(600)}', ${timeOf('i', events, keptDays.mails)}, 1,
      case when i % 1000 <> 7 then 1 end, 200 from ${numbers(events)} order by i`);
  const kinds = "(select 'status' as kind union all select 'comment' union all select 'summary') as kinds";
  await sql(`insert into deliveries (connection_id, build_id, release_id, kind, target, revision, sent_hash, sent_word, sent_at, attempts, changed_at, stopped_at, last_error)
    select ${buildOf('i')}, ${buildOf('i')}, 1 + i, kind, ${digest('c', 'i')}, 3, 'x', 'success', 1, 1, ${timeOf('i', releases, keptDays.releases)},
      case when i % 500 = 3 then 1 end, case when i % 500 = 3 then 'The token was revoked.' end from ${numbers(releases)}, ${kinds} order by i`);
}

async function fillQueues(sql: Sql, ended: number, timeOf: TimeOf): Promise<void> {
  const payload = JSON.stringify({
    build_id: 1,
    run_name: '/page/1',
    url: 'https://shop.example/page/1',
    config: 'x'.repeat(100),
  });
  const at = timeOf('i', ended, keptDays.tasks);
  await sql(`insert into tasks (queue, task_id, status, payload, content_type, created_at, eta, lease_attempts, finished_at, lease_ended, run_id, release_id, due_at, error)
    select case when i % 3 = 0 then 'capture' else 'compare' end, 'old ' || cast(i as text), case when i % 1000 = 0 then 'error' else 'done' end, '${payload}', 'application/json',
      ${at}, ${at}, 1, ${at}, 1, 1 + i, 1 + i / ${pages}, 0, case when i % 1000 = 0 then 'The page took longer than 30 s.' end from ${numbers(ended)} order by i`);
  await sql(`insert into tasks (queue, task_id, status, payload, content_type, created_at, eta, lease_attempts, lease_ended, release_id, due_at)
    select 'capture', 'live ' || cast(i as text), 'live', '${payload}', 'application/json', 1, 1, 0, 0, 1 + i % 10, 1 from ${numbers(500)}`);
}
