/** Writes a starter config that runs unchanged, with comments that show the next steps. */

import { access, readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { AppError } from '../base/errors.ts';
import { domFolder } from './doms.ts';
import { makeFolder, writeFileAtomically } from './atomic-file.ts';

const initConfigFile = 'dpxdt.yaml';
const initPageFile = 'example.html';

export interface FirstConfig {
  /** The written files, relative to the current folder. */
  files: string[];
  /** Whether the report's folder was added to `.gitignore`; null: the folder is in no git repository. */
  isIgnored: 'added' | 'already' | null;
}

/**
 * @param manual where people read `docs/capture.md`
 * @param reportFolder that git should ignore
 * @throws AppError `invalid_argument` when the folder already has YAML files
 */
export async function writeFirstConfig(
  folder: string,
  currentFolder: string,
  { manual, reportFolder }: { manual: string; reportFolder: string },
): Promise<FirstConfig> {
  const absolute = resolve(currentFolder, folder);
  const names: string[] = await readdir(absolute).catch(() => []);
  const existing = names.find((name) => /\.ya?ml$/i.test(name));
  if (existing !== undefined) {
    throw new AppError(
      'invalid_argument',
      `${join(folder, existing)} already exists: "dpxdt init" only writes a starter config.`,
    );
  }
  await makeFolder(absolute);
  const written = [join(folder, initConfigFile)];
  const page = join(absolute, initPageFile);
  const hasPage = await access(page).then(
    () => true,
    () => false,
  );
  if (!hasPage) {
    await writeFileAtomically(page, examplePage);
    written.push(join(folder, initPageFile));
  }
  await writeFileAtomically(
    join(absolute, initConfigFile),
    firstConfig(folder.replaceAll('\\', '/'), manual),
  );
  return { files: written, isIgnored: await ignoreReport(currentFolder, reportFolder) };
}

/** Adds the report's folder to the `.gitignore` of a repository's root; elsewhere, nothing is written. */
async function ignoreReport(currentFolder: string, reportFolder: string): Promise<FirstConfig['isIgnored']> {
  const isRepository = await access(join(currentFolder, '.git')).then(
    () => true,
    () => false,
  );
  const entry = relative(currentFolder, resolve(currentFolder, reportFolder)).replaceAll('\\', '/');
  if (!isRepository || entry === '' || entry.startsWith('../') || isAbsolute(entry)) return null;
  const path = join(currentFolder, '.gitignore');
  const text = await readFile(path, 'utf8').catch(() => '');
  const known = new Set([entry, `${entry}/`, `/${entry}`, `/${entry}/`]);
  if (text.split(/\r?\n/).some((line) => known.has(line.trim()))) return 'already';
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  await writeFileAtomically(path, `${text}${gap}${entry}/\n`);
  return 'added';
}

const examplePage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Depicted example</title>
    <style>
      body { font: 18px/1.5 sans-serif; max-width: 36em; margin: 4em auto; color: #16191d; }
      h1 { border-bottom: 4px solid #6d3bd1; }
    </style>
  </head>
  <body>
    <h1>An example page</h1>
    <p>Change a word here, run <code>dpxdt test</code> again, and look at the report.</p>
  </body>
</html>
`;

function firstConfig(folder: string, manual: string): string {
  const page = /^(\/|[A-Za-z]:)/.test(folder)
    ? `file://${folder.startsWith('/') ? '' : '/'}${folder}`
    : `file:${folder.replace(/^\.\//, '')}`;
  return `# Visual tests of this project.
#
#   dpxdt update ${folder}    captures every page listed below and writes the baselines; commit them
#   dpxdt test ${folder}      captures again, compares, and writes dpxdt-report/index.html
#   dpxdt approve ${folder}   makes the images of the last test the baselines
#
# ${domFolder}/ beside the baselines remembers the structure of the pages, to say which element changed. Git ignores it, and
# you can delete it. Keep dpxdt-report/ out of git, too: it is the report of the last run.

# A bash script that runs in the current folder before the tests. It usually starts your server and keeps running;
# everything it started is stopped after the tests.
#
# setup: |
#   npm run serve

# The tests start when this address answers with status 200.
#
# waitFor:
#   url: http://localhost:3000/
#   timeout_secs: 20

tests:
  # The name of the test is also that of its image: ${folder}/example.png.
  - name: example
    url: ${JSON.stringify(`${page}/${initPageFile}`)}

  # - name: home
  #   url: http://localhost:3000/
  #   # One test per size: home@desktop and home@phone.
  #   viewports:
  #     - { name: desktop, width: 1280, height: 1024 }
  #     - { name: phone, width: 390, height: 844 }
  #   # Settings of the capture and the comparison: see ${manual}.
  #   config:
  #     waitForSelector: main
  #     hideSelectors: ['.advertisement']
  #     maxDiffPixels: 0
`;
}
