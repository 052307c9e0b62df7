/** Releases, runs and artifacts that are stored without the way in. Digests are made up and have no files. */
import type { Place } from '../server/places.ts';
import { withDatabase } from '../server/places.ts';

/** Numbers from 0, on either database. */
const numbers = (count: number) =>
  `(with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < ${count}) select i from n) as n`;

const digest = (letter: string, sql: string) =>
  `('${letter}' || substr('000000000000000000000000000000000000000', 1, 39 - length(cast(${sql} as text))) || cast(${sql} as text))`;

/** Each run shows an image, a log and a diff that no other has, and a config that its page shares with other releases. */
export async function fillRuns(place: Place, of: { releases: number; pages: number }): Promise<void> {
  const { releases, pages } = of;
  const runs = releases * pages;
  await withDatabase(place, async (sql) => {
    await sql(`insert into builds (name, is_public, send_email, created_at) values ('Shop', 0, 0, 1)`);
    await sql(`insert into releases (build_id, name, number, status, version, status_version, created_at, status_at, updated_at)
      select 1, 'main ' || cast(i as text), 1, 'good', 1, 1, 1, 1, 1 from ${numbers(releases)}`);
    for (const letter of ['a', 'b', 'c']) await fillArtifacts(sql, letter, runs);
    await fillArtifacts(sql, 'd', pages);
    await sql(`insert into runs (build_id, release_id, name, run_state, image, log, config, run_requests, ref_state, ref_image,
        ref_requests, diff_failed, diff_image, diff_requests, status, verdict, version, facts_version, created_at, updated_at)
      select 1, 1 + i / ${pages}, '/page/' || cast(i % ${pages} as text), 'done', ${digest('a', 'i')}, ${digest('b', 'i')},
        ${digest('d', `i % ${pages}`)}, 1, 'done', case when i >= ${pages} then ${digest('a', `(i - ${pages})`)} end,
        1, 0, ${digest('c', 'i')}, 1, 'diff_found', 'approved', 1, 1, 1, 1
      from ${numbers(runs)}`);
  });
}

/** Artifacts of build 1 that no run uses and whose check is due. */
export async function fillUnused(place: Place, count: number): Promise<void> {
  await withDatabase(place, async (sql) => {
    await fillArtifacts(sql, 'e', count);
    await sql(`update artifact_ownerships set check_at = 1 where sha1 >= 'e'`);
  });
}

async function fillArtifacts(
  sql: (text: string) => Promise<unknown>,
  letter: string,
  count: number,
): Promise<void> {
  await sql(`insert into artifacts (sha1, sha256, size, created_at)
    select ${digest(letter, 'i')}, 'x', 100000, 1 from ${numbers(count)}`);
  await sql(`insert into artifact_ownerships (build_id, sha1, content_type, created_at)
    select 1, sha1, 'image/png', 1 from artifacts where sha1 >= '${letter}' and sha1 < '${letter}~'`);
}
