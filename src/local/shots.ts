/** Tests whose config has `shot` steps: each shot is a separate test, and all of them share one visit. */

import type { LocalPage } from '../contract/files/local-config.ts';
import { outcomeOfShot } from '../domain/capture/capture.ts';
import { shotNames, shotRunName } from '../domain/capture/steps.ts';
import type { CaptureWithRetries } from './capture-page.ts';
import type { LocalTest } from './read-files.ts';

/** The test and the tests of its shots, in the order in which they are taken. @param fileNameFor of a test's name */
export function withShots(test: LocalTest, fileNameFor: (name: string) => string): LocalTest[] {
  const names = new Set([...shotNames(test.run.config), ...shotNames(test.ref?.config ?? {})]);
  const shots = [...names].map((shot): LocalTest => {
    const name = shotRunName(test.name, shot);
    return { ...test, name, fileName: fileNameFor(name), shot };
  });
  return [...shots, test];
}

/** One visit of a page for each try, shared by the tests that show a part of it. */
export class Visits {
  readonly #visits = new WeakMap<LocalPage, Map<number, Promise<CaptureWithRetries>>>();

  /** What the test shows of its page; the first test that asks captures it. @param number of the try, from 1 */
  async capture(
    test: LocalTest,
    page: LocalPage,
    number: number,
    visit: () => Promise<CaptureWithRetries>,
  ): Promise<CaptureWithRetries> {
    if (shotNames(page.config).length === 0) return visit();
    const visits = this.#visits.get(page) ?? new Map<number, Promise<CaptureWithRetries>>();
    this.#visits.set(page, visits);
    const known = visits.get(number) ?? visit();
    visits.set(number, known);
    const captured = await known;
    if (test.shot === undefined) return captured;
    return { ...captured, outcome: outcomeOfShot(captured.outcome, test.shot) };
  }
}
