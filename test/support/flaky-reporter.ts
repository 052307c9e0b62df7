import type { Reporter, TestModule } from 'vitest/node';

/** Names every test that passed only on its second try, with what failed on the first: such a test needs a repair. */
export class FlakyReporter implements Reporter {
  onTestRunEnd(testModules: readonly TestModule[]): void {
    const flaky = testModules.flatMap((module) =>
      [...module.children.allTests('passed')]
        .filter((test) => test.diagnostic()?.flaky === true)
        .map((test) => {
          const [first] = test.result().errors ?? [];
          const why = first === undefined ? '' : `: ${first.message.split('\n')[0]}`;
          return `flaky: passed on the second try: ${module.relativeModuleId} > ${test.fullName}${why}`;
        }),
    );
    for (const line of flaky) console.log(line);
  }
}
