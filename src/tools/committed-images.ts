/** Which images of a folder were rendered: not those that are as they were committed. */

import { resolve } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { ImageFolder } from './image-folders.ts';
import type { ImageRun } from './planned-run.ts';

export type ImageSource = 'dir' | 'playwright' | 'vitest' | 'cypress';

export interface ChosenImages {
  runs: ImageRun[];
  warnings: string[];
  /** References were left out: pages without an image are not missing. */
  isSubset: boolean;
}

export interface CommittedImages {
  source: ImageSource;
  /** As the user named it. */
  folder: string;
  /** Absolute paths of files that are as they were committed. */
  committed: ReadonlySet<string>;
}

/**
 * Leaves out baselines that are as they were committed: comparing them would say that nothing differs, whatever the
 * page looks like now. In a folder without baselines, images that are committed may have been rendered again.
 *
 * @throws AppError `invalid_argument` where all images are as they were committed
 */
export function chooseImages(
  { runs, baselines, warnings }: ImageFolder,
  { source, folder, committed }: CommittedImages,
): ChosenImages {
  const isCommitted = ({ imagePath }: ImageRun): boolean => committed.has(resolve(imagePath));
  const all = [...runs, ...baselines].sort((a, b) => (a.name < b.name ? -1 : 1));
  const left = all.filter(isCommitted);
  if (left.length === 0) return { runs: all, warnings, isSubset: false };
  if (left.length === all.length) throw allCommitted(left.length, source, folder);
  const which = `${left.length} of ${images(all.length)} in "${folder}"`;
  const are = left.length === 1 ? 'is' : 'are';
  if (source === 'dir' || source === 'cypress') {
    const warning = `${which} ${are} as committed to git: make sure that your tests rendered ${left.length === 1 ? 'it' : 'them'} again; --allow-committed confirms that.`;
    return { runs: all, warnings: [...warnings, warning], isSubset: false };
  }
  const name = names[source];
  const warning = `${which} ${are} as committed to git and left out: ${name} compares with ${left.length === 1 ? 'it' : 'them'} and did not render ${left.length === 1 ? 'it' : 'them'}. The release counts as a subset.`;
  return {
    runs: all.filter((run) => !isCommitted(run)),
    warnings: [...warnings, warning],
    isSubset: true,
  };
}

const names = { playwright: 'Playwright', vitest: 'Vitest' } as const;

/** Where a runner leaves what it rendered for a test that failed. */
const resultFolders = { playwright: 'test-results', vitest: '.vitest-attachments' } as const;

function allCommitted(count: number, source: ImageSource, folder: string): AppError {
  const which = `${count === 1 ? 'The only image' : `All ${images(count)}`} in "${folder}" ${count === 1 ? 'is' : 'are'} as committed to git`;
  const insist = 'or use --allow-committed if they were rendered again';
  const message =
    source === 'playwright' || source === 'vitest'
      ? `${which}: ${names[source]} compares with ${count === 1 ? 'it' : 'them'}, and renders into ${resultFolders[source]} if a test fails; ` +
        `to compare every page, let the tests write screenshots into a folder and pass it with --dir, ${insist}.`
      : `${which}, so nothing shows that your tests rendered ${count === 1 ? 'it' : 'them'} again: pass the folder that they write to with --dir, such as Playwright's test-results, ${insist}.`;
  return new AppError('invalid_argument', message);
}

function images(count: number): string {
  return count === 1 ? '1 image' : `${count.toLocaleString('en-US')} images`;
}
