import { mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { GitProject, plainGitEnvironment } from '../../test/support/git-project.ts';
import { chooseImages, type ImageSource } from './committed-images.ts';
import { findCommittedFiles } from './git/committed-files.ts';
import { readPlainFolder, type ImageFolder } from './image-folders.ts';
import { readPlaywrightFolder, readVitestFolder } from './snapshot-folders.ts';

const env = plainGitEnvironment;

function project(): GitProject {
  const made = GitProject.make();
  onTestFinished(() => made.remove());
  return made;
}

async function choose(source: ImageSource, found: ImageFolder, more: NodeJS.ProcessEnv = {}) {
  const committed = new Set<string>();
  for (const folder of found.folders) {
    for (const path of await findCommittedFiles(folder, { env: { ...env, ...more } })) committed.add(path);
  }
  const { runs, ...rest } = chooseImages(found, { source, folder: 'FOLDER', committed });
  return { names: runs.map(({ name }) => name), ...rest };
}

describe("a runner's baselines", () => {
  const home = 'e2e/shop.spec.ts-snapshots/home-chromium-linux.png';
  const cart = 'e2e/shop.spec.ts-snapshots/cart-chromium-linux.png';
  const homeName = 'e2e/shop.spec.ts/home-chromium-linux';

  it('are refused where all are as they were committed, in one sentence that says what to send', async () => {
    const { folder } = withSnapshots();
    await expect(choose('playwright', await readPlaywrightFolder(folder))).rejects.toMatchObject({
      code: 'invalid_argument',
      message:
        'All 2 images in "FOLDER" are as committed to git: Playwright compares with them, and renders into test-results if a test fails; ' +
        'to compare every page, let the tests write screenshots into a folder and pass it with --dir, or use --allow-committed if they were rendered again.',
    });
    await expect(
      choose('playwright', await readPlaywrightFolder(join(folder, 'e2e/shop.spec.ts-snapshots'))),
    ).rejects.toThrow(/^All 2 images/);
  });

  it('are refused also when they were only touched, staged anew, or a hook of git runs the command', async () => {
    const { folder, git } = withSnapshots();
    utimesSync(join(folder, home), new Date(), new Date());
    git.git('add', '--all');
    const found = await readPlaywrightFolder(folder);
    await expect(choose('playwright', found)).rejects.toThrow(/^All 2 images/);
    const hook = { GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index', GIT_PREFIX: '' };
    await expect(choose('playwright', found, hook)).rejects.toThrow(/^All 2 images/);
  });

  it('are left out beside what a failed test rendered; the release is a subset', async () => {
    const { folder, git } = withSnapshots();
    git.write('test-results/shop-home-chromium/home-actual.png', 'red');
    git.write('test-results/shop-home-chromium/home-expected.png', 'home');
    expect(await choose('playwright', await readPlaywrightFolder(folder))).toEqual({
      names: [homeName],
      warnings: [
        '1 of 2 images in "FOLDER" is as committed to git and left out: Playwright compares with it and did not render it. The release counts as a subset.',
      ],
      isSubset: true,
    });
  });

  it('are sent where a run has written them: changed, staged or new', async () => {
    const { folder, git } = withSnapshots();
    git.write(home, 'changed');
    git.write(cart, 'changed');
    git.git('add', cart);
    git.write('e2e/shop.spec.ts-snapshots/new-chromium-linux.png', 'new');
    expect(await choose('playwright', await readPlaywrightFolder(folder))).toMatchObject({
      names: ['e2e/shop.spec.ts/cart-chromium-linux', homeName, 'e2e/shop.spec.ts/new-chromium-linux'],
      warnings: [],
      isSubset: false,
    });
  });

  it('are sent where git cannot say: no repository, no commit yet, no git', async () => {
    const { folder, git } = withSnapshots(false);
    const found = await readPlaywrightFolder(folder);
    expect((await choose('playwright', found)).names).toHaveLength(2);
    git.git('add', '--all');
    git.git('commit', '--quiet', '--message', 'snapshots');
    mkdirSync(join(folder, 'bin'));
    expect((await choose('playwright', found, { PATH: join(folder, 'bin') })).names).toHaveLength(2);
  });

  it("are known of Vitest's, too, and results that are committed are no results", async () => {
    const git = project();
    git.write('src/__screenshots__/a.test.ts/home-chromium-linux.png', 'home');
    git.write('.vitest-attachments/src/a.test.ts/home-actual-chromium-linux.png', 'old');
    git.write('.vitest-attachments/src/a.test.ts/cart-actual-chromium-linux.png', 'old');
    git.commit('baselines and old results');
    const found = () => readVitestFolder(git.folder);
    await expect(choose('vitest', await found())).rejects.toThrow(
      /Vitest compares with them, and renders into \.vitest-attachments/,
    );
    git.write('.vitest-attachments/src/a.test.ts/home-actual-chromium-linux.png', 'red');
    expect(await choose('vitest', await found())).toMatchObject({
      names: ['src/a.test.ts/home-chromium-linux'],
      isSubset: true,
    });
  });

  function withSnapshots(isCommitted = true) {
    const git = project();
    git.write(home, 'home');
    git.write(cart, 'cart');
    if (isCommitted) git.commit('snapshots');
    return { folder: git.folder, git };
  }
});

describe('a plain folder', () => {
  it('is refused where all of it is as committed; where some is, it is sent with a warning', async () => {
    const git = project();
    git.write('sub/schöne bilder/a "b".png', 'a');
    git.write('sub/schöne bilder/c.png', 'c');
    git.commit('images');
    const folder = join(git.folder, 'sub/schöne bilder');
    await expect(choose('dir', await readPlainFolder(folder))).rejects.toThrow(
      'All 2 images in "FOLDER" are as committed to git, so nothing shows that your tests rendered them again: ' +
        "pass the folder that they write to with --dir, such as Playwright's test-results, or use --allow-committed if they were rendered again.",
    );
    git.write('sub/schöne bilder/c.png', 'changed');
    expect(await choose('dir', await readPlainFolder(folder))).toEqual({
      names: ['a "b"', 'c'],
      warnings: [
        '1 of 2 images in "FOLDER" is as committed to git: make sure that your tests rendered it again; --allow-committed confirms that.',
      ],
      isSubset: false,
    });
  });

  it('is known through a link, and by the repository that it lies in itself', async () => {
    const git = project();
    git.write('shots/a.png', 'a');
    git.commit('images');
    const other = project();
    symlinkSync(join(git.folder, 'shots'), join(other.folder, 'linked'));
    await expect(choose('dir', await readPlainFolder(join(other.folder, 'linked')))).rejects.toThrow(
      /^The only image in "FOLDER" is as committed to git/,
    );
  });

  it('may hold images that git does not track or ignores', async () => {
    const git = project();
    git.write('.gitignore', 'shots/\n');
    git.commit('rules');
    git.write('shots/a.png', 'a');
    expect(await choose('dir', await readPlainFolder(join(git.folder, 'shots')))).toMatchObject({
      names: ['a'],
      warnings: [],
    });
  });
});
