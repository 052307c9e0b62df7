import { parseImageTests } from '../../contract/files/image-tests.ts';
import { AppError } from '../../base/errors.ts';
import type { ExitStatus } from '../../base/exit-status.ts';
import { chooseImages, type ImageSource } from '../../tools/committed-images.ts';
import { findCommittedFiles } from '../../tools/git/committed-files.ts';
import { readCypressFolder, readPlainFolder } from '../../tools/image-folders.ts';
import { refuseSameNames, runsOfImageTests } from '../../tools/image-runs.ts';
import type { FailedRun, ImageRun } from '../../tools/planned-run.ts';
import { readPlaywrightFolder, readVitestFolder } from '../../tools/snapshot-folders.ts';
import type { CommandContext } from '../terminal/context.ts';
import { runReleaseTool } from './run-release-tool.ts';
import { readTestsDocument } from '../options/tests-document.ts';

export interface DiffMyImagesOptions {
  dir?: string;
  /** True: the usual place. */
  playwright?: string | true;
  vitest?: string | true;
  cypress?: string | true;
  /** Also images that are as they were committed. */
  allowCommitted?: boolean;
}

const usualSnapshots = '.';
const usualCypress = 'cypress/screenshots';

/** `dpxdt diff-my-images`: images made by other tools. */
export async function diffMyImagesCommand(
  context: CommandContext,
  options: DiffMyImagesOptions,
): Promise<ExitStatus> {
  const { runs, warnings, isSubset } = await findImages(context, options);
  refuseSameNames(runs);
  return runReleaseTool(context, { name: 'diff-my-images', runs, url: null, warnings, isSubset });
}

interface FoundImages {
  runs: (ImageRun | FailedRun)[];
  warnings: string[];
  /** Some pages were left out. */
  isSubset: boolean;
}

async function findImages(context: CommandContext, options: DiffMyImagesOptions): Promise<FoundImages> {
  const { currentFolder, settings, env, signal } = context;
  const { dir, playwright, vitest, cypress, allowCommitted = false } = options;
  const file = settings.testsJsonPath;
  const usual = (given: string | true | undefined, place: string) => (given === true ? place : given);
  const places = [
    { source: 'dir', read: readPlainFolder, folder: dir },
    { source: 'playwright', read: readPlaywrightFolder, folder: usual(playwright, usualSnapshots) },
    { source: 'vitest', read: readVitestFolder, folder: usual(vitest, usualSnapshots) },
    { source: 'cypress', read: readCypressFolder, folder: usual(cypress, usualCypress) },
  ] as const satisfies { source: ImageSource; read: unknown; folder: string | undefined }[];
  const all: FoundImages = { runs: [], warnings: [], isSubset: false };
  let isAsked = false;
  for (const { source, read, folder } of places) {
    if (folder === undefined) continue;
    isAsked = true;
    const found = await read(folder);
    const committed = new Set<string>();
    if (settings.git && !allowCommitted) {
      for (const place of found.folders) {
        for (const path of await findCommittedFiles(place, { env, signal })) committed.add(path);
      }
    }
    const chosen = chooseImages(found, { source, folder, committed });
    all.runs.push(...chosen.runs);
    all.warnings.push(...chosen.warnings);
    all.isSubset ||= chosen.isSubset;
  }
  if (file !== null) {
    const tests = parseImageTests(await readTestsDocument(file, currentFolder), file);
    all.runs.push(...runsOfImageTests(tests));
  } else if (!isAsked) {
    throw new AppError(
      'invalid_argument',
      'Name the images to send: --tests-json-path FILE, --dir FOLDER, --playwright, --vitest or --cypress.',
    );
  }
  return all;
}
