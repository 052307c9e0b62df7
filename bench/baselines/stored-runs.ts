/** Runs that are stored without the way in. */
import { newRun } from '../../src/domain/runs/run-request.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Store } from '../../src/ports/store.ts';
import { withDatabase } from '../server/places.ts';
import type { Place } from '../server/places.ts';

/** @param index of the page in its release */
export const nameOf = (index: number) => `/products/${index}`;

/** A made-up hash, of a commit, tree or file. */
export const hashOf = (index: number) => index.toString(16).padStart(40, '0');

/** Runs that are there and done, without the way in. */
export async function fill(store: Store, release: Release, runs: number): Promise<void> {
  await store.transaction(async (tx) => {
    for (let index = 0; index < runs; index++) {
      const run = newRun({ buildId: release.buildId, releaseId: release.id, name: nameOf(index), now: 1 });
      const current = { ...run.current, state: 'done' as const, image: hashOf(index) };
      await tx.runs.insertMany([{ ...run, current, status: 'no_diff_needed' }]);
    }
  });
}

/** The runs of the first release in all others too; all are in review, so their states are looked up. */
export async function copyRuns(place: Place, [first, ...others]: readonly Release[]): Promise<void> {
  await withDatabase(place, async (sql) => {
    const [sample] = await sql('select * from runs limit 1');
    const columns = Object.keys(sample!).filter((column) => column !== 'id' && column !== 'release_id');
    for (const { id } of others) {
      await sql(
        `insert into runs (release_id, ${columns.join(', ')}) select ${id}, ${columns.join(', ')} from runs where release_id = ${first!.id}`,
      );
    }
    await sql(`update releases set status = 'reviewing'`);
  });
}
