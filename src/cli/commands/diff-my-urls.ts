import { parseUrlTests } from '../../contract/files/url-tests.ts';
import { AppError } from '../../base/errors.ts';
import type { ExitStatus } from '../../base/exit-status.ts';
import type { CaptureRun } from '../../tools/planned-run.ts';
import type { CaptureOptions } from '../options/capture-flags.ts';
import { readMaxPixels } from '../options/capture-options.ts';
import type { CommandContext } from '../terminal/context.ts';
import { runReleaseTool } from './run-release-tool.ts';
import { readTestsDocument } from '../options/tests-document.ts';

/** `dpxdt diff-my-urls`: the pages listed in a file. */
export async function diffMyUrlsCommand(
  context: CommandContext,
  options: Pick<CaptureOptions, 'maxPixels'>,
): Promise<ExitStatus> {
  const limit = readMaxPixels(options);
  const file = context.settings.testsJsonPath;
  if (file === null) {
    throw new AppError('invalid_argument', 'Name the file with the tests: --tests-json-path FILE.');
  }
  const tests = parseUrlTests(await readTestsDocument(file, context.currentFolder), file);
  const runs = tests.map(({ name, url, config, ref }): CaptureRun => ({
    kind: 'capture',
    name,
    url,
    config: { ...config, ...limit },
    ...(ref && { ref: { ...ref, config: { ...ref.config, ...limit } } }),
  }));
  return runReleaseTool(context, { name: 'diff-my-urls', runs, url: null });
}
