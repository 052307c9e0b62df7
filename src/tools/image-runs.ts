import type { ImageTest } from '../contract/files/image-tests.ts';
import { AppError } from '../base/errors.ts';
import type { FailedRun, ImageRun } from './planned-run.ts';

/** The runs of a file of tests. */
export function runsOfImageTests(tests: readonly ImageTest[]): (ImageRun | FailedRun)[] {
  return tests.map(({ name, url, runFailed, imagePath, logPath }) => {
    const failed = (message: string): FailedRun => ({ kind: 'failed', name, url, message, logPath });
    if (runFailed !== false && runFailed !== '') {
      return failed(typeof runFailed === 'string' ? runFailed : 'The test that made this image failed.');
    }
    if (imagePath === null) return failed('The test names no image: image_path is missing.');
    return { kind: 'image', name, url, imagePath, logPath };
  });
}

/** @throws AppError `config_invalid` where two sources have a run of the same name */
export function refuseSameNames(runs: readonly { name: string }[]): void {
  const names = new Set<string>();
  for (const { name } of runs) {
    if (names.has(name)) {
      throw new AppError(
        'config_invalid',
        `Two images are named "${name}". Names must be unique in a release.`,
      );
    }
    names.add(name);
  }
}
