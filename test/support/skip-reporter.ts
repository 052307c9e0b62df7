import process from 'node:process';
import type { Reporter, TestModule } from 'vitest/node';

/** Names every skipped test with its reason; in CI a skipped test is a failure, since CI has every real part. */
export class SkipReporter implements Reporter {
  onTestRunEnd(testModules: readonly TestModule[]): void {
    const skipped = testModules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => {
        const result = test.result();
        const note = result.state === 'skipped' && result.note !== undefined ? `: ${result.note}` : '';
        return `skipped: ${module.relativeModuleId} > ${test.fullName}${note}`;
      }),
    );
    for (const line of skipped) console.log(line);
    if (skipped.length === 0 || process.env.CI === undefined) return;
    console.error(`${skipped.length} skipped in CI: install what they need.`);
    process.exitCode = 1;
  }
}
