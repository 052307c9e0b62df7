/** Tests whose config has `shot` steps: each shot is a separate test, and all of them share one visit. */

import type { LocalPage } from '../contract/files/local-config.ts';
import { outcomeOfShot } from '../domain/capture/capture.ts';
import { shotNames, shotRunName } from '../domain/capture/steps.ts';
import type { CaptureWithRetries } from './capture-page.ts';
import { fileNameOf } from './file-name.ts';
import type { LocalTest } from './read-folder.ts';

/** The test and the tests of its shots, in the order in which they are taken. */
export function withShots(test: LocalTest): LocalTest[] {
  const names = new Set([...shotNames(test.run.config), ...shotNames(test.ref?.config ?? {})]);
  const shots = [...names].map((shot): LocalTest => {
    const name = shotRunName(test.name, shot);
    return { ...test, name, fileName: fileNameOf(name), shot };
  });
  return [...shots, test];
}

/** One visit per page, shared by the tests that show a part of it. */
export class Visits {
  readonly #visits = new WeakMap<LocalPage, Promise<CaptureWithRetries>>();

  /** What the test shows of its page; the first test that asks captures it. */
  async capture(
    test: LocalTest,
    page: LocalPage,
    visit: () => Promise<CaptureWithRetries>,
  ): Promise<CaptureWithRetries> {
    if (shotNames(page.config).length === 0) return visit();
    const known = this.#visits.get(page) ?? visit();
    this.#visits.set(page, known);
    const captured = await known;
    if (test.shot === undefined) return captured;
    return { ...captured, outcome: outcomeOfShot(captured.outcome, test.shot) };
  }
}
