import { parseImageTests } from '../../contract/files/image-tests.ts';
import { AppError } from '../../base/errors.ts';
import type { ExitStatus } from '../../base/exit-status.ts';
import { readCypressFolder, readPlainFolder, readPlaywrightFolder } from '../../tools/image-folders.ts';
import { refuseSameNames, runsOfImageTests } from '../../tools/image-runs.ts';
import type { FailedRun, ImageRun } from '../../tools/planned-run.ts';
import type { CommandContext } from '../terminal/context.ts';
import { runReleaseTool } from './run-release-tool.ts';
import { readTestsDocument } from '../options/tests-document.ts';

export interface DiffMyImagesOptions {
  dir?: string;
  /** True: the usual place. */
  playwright?: string | true;
  cypress?: string | true;
}

const usualPlaywright = '.';
const usualCypress = 'cypress/screenshots';

/** `dpxdt diff-my-images`: images made by other tools. */
export async function diffMyImagesCommand(
  context: CommandContext,
  options: DiffMyImagesOptions,
): Promise<ExitStatus> {
  const { runs, warnings } = await findImages(context, options);
  refuseSameNames(runs);
  return runReleaseTool(context, { name: 'diff-my-images', runs, url: null, warnings });
}

async function findImages(
  { currentFolder, settings }: CommandContext,
  { dir, playwright, cypress }: DiffMyImagesOptions,
): Promise<{ runs: (ImageRun | FailedRun)[]; warnings: string[] }> {
  const file = settings.testsJsonPath;
  const folders = [
    { read: readPlainFolder, folder: dir },
    { read: readPlaywrightFolder, folder: playwright === true ? usualPlaywright : playwright },
    { read: readCypressFolder, folder: cypress === true ? usualCypress : cypress },
  ];
  const runs: (ImageRun | FailedRun)[] = [];
  const warnings: string[] = [];
  let isAsked = false;
  for (const { read, folder } of folders) {
    if (folder === undefined) continue;
    isAsked = true;
    const found = await read(folder);
    runs.push(...found.runs);
    warnings.push(...found.warnings);
  }
  if (file !== null) {
    const tests = parseImageTests(await readTestsDocument(file, currentFolder), file);
    runs.push(...runsOfImageTests(tests));
  } else if (!isAsked) {
    throw new AppError(
      'invalid_argument',
      'Name the images to send: --tests-json-path FILE, --dir FOLDER, --playwright or --cypress.',
    );
  }
  return { runs, warnings };
}
