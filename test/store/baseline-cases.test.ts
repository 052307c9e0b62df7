/**
 * How baselines are chosen, case by case, with real git repositories: a test scripts git and CI, then asks the server
 * for the baseline and the status of each page.
 */

import { describe, expect, it, onTestFinished } from 'vitest';
import type {
  BaselineServer,
  NewRelease,
  ReleaseHandle,
  RunAnswer,
} from '../support/baselines/baseline-server.ts';
import { CoreServer } from '../support/baselines/core-server.ts';
import { EqualServers } from '../support/baselines/equal-servers.ts';
import { gitStory, noStory } from '../support/baselines/git-story.ts';
import type { CiJob } from '../support/baselines/git-story.ts';
import { ModelServer } from '../support/baselines/model-server.ts';
import { GitProject } from '../support/git-project.ts';
import { storeKinds } from '../support/server-world.ts';

type CiOptions = Partial<CiJob> & {
  release?: Partial<NewRelease>;
  /** Only these pages. */
  only?: readonly string[];
  /** Former names by page. */
  renamed?: Readonly<Record<string, string>>;
};

/** A server with one build, and a repository with one commit on main. */
class Project {
  readonly repo = GitProject.make();

  readonly server: BaselineServer;

  constructor(server: BaselineServer) {
    this.server = server;
    onTestFinished(() => this.repo.remove());
    this.repo.commit({ home: 'home', about: 'about' });
  }

  /** CI of the checked-out commit, on the branch of that name. */
  ci(branch: string | null, options: CiOptions = {}): Promise<ReleaseHandle> {
    return this.ciOf(this.repo, { branch, ...options });
  }

  /** CI of the checked-out branch as a pull request into main. */
  pull(branch: string, pullRequest: string, options: CiOptions = {}): Promise<ReleaseHandle> {
    return this.ci(branch, { base: 'main', pullRequest, ...options });
  }

  async ciOf(clone: GitProject, options: CiOptions & { branch: string | null }): Promise<ReleaseHandle> {
    return this.send(clone, { ...gitStory(clone, options), ...options.release }, options);
  }

  async send(clone: GitProject, release: NewRelease, options: CiOptions = {}): Promise<ReleaseHandle> {
    const isSubset = options.only !== undefined;
    const handle = await this.server.createRelease({ isSubset, ...release });
    for (const [name, screenshot] of clone.pages()) {
      if (options.only?.includes(name) === false) continue;
      const former = options.renamed?.[name];
      await this.server.run(handle, name, screenshot, former === undefined ? [] : [former]);
    }
    await this.server.runsDone(handle);
    return handle;
  }

  /** The baseline of a page, as `name #number`, and its verdict. */
  async sees(release: ReleaseHandle, page = 'home'): Promise<[string | null, RunAnswer['verdict']]> {
    const { baseline, verdict } = await this.server.answer(release, page);
    return [baseline === null ? null : labelOf(baseline), verdict];
  }

  async sentence(release: ReleaseHandle, page = 'home'): Promise<string> {
    return (await this.server.answer(release, page)).sentence;
  }

  async origin(release: ReleaseHandle, page = 'home'): Promise<string | null> {
    const { takenOverFrom } = await this.server.answer(release, page);
    return takenOverFrom === null ? null : labelOf(takenOverFrom);
  }

  approve(release: ReleaseHandle, page = 'home'): Promise<void> {
    return this.server.judge(release, page, 'approved');
  }

  reject(release: ReleaseHandle, page = 'home'): Promise<void> {
    return this.server.judge(release, page, 'rejected');
  }
}

function labelOf({ name, number }: ReleaseHandle): string {
  return `${name} #${number}`;
}

const short = (commit: string) => commit.slice(0, 7);

/** The rules in memory and a server on every database; git is scripted once for all of them. */
async function openAll(): Promise<BaselineServer> {
  const servers = await Promise.all(
    storeKinds.map(async (kind) => [`a server on ${kind}`, await CoreServer.open(kind)] as const),
  );
  return new EqualServers({ 'the rules in memory': new ModelServer(), ...Object.fromEntries(servers) });
}

describe('baselines of the rules in memory and of servers on every database', () => {
  const start = async () => new Project(await openAll());

  it('1 first run on main: new, accepted, good by itself', async () => {
    const p = await start();
    const first = await p.ci('main');
    expect(await p.sees(first)).toEqual([null, 'new']);
    expect(await p.server.status(first)).toBe('good');
    expect(await p.sentence(first)).toBe(
      'New: no release of an earlier commit has an accepted image of this name.',
    );
  });

  it('1 first run on main where first runs are reviewed: new, and a person decides', async () => {
    const p = await start();
    await p.server.configure({ firstRun: 'review' });
    const first = await p.ci('main');
    expect(await p.server.status(first)).toBe('reviewing');
    await p.approve(first, 'home');
    expect(await p.server.status(first)).toBe('reviewing');
    await p.approve(first, 'about');
    expect(await p.server.status(first)).toBe('good');
  });

  it('2 branch off main: main at the branch point', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const pull = await p.pull('feature', '7');
    expect(await p.sees(pull)).toEqual([labelOf(main), 'ask']);
    expect(await p.sees(pull, 'about')).toEqual([labelOf(main), 'same']);
    expect(await p.server.status(pull)).toBe('reviewing');
    const at = short(p.repo.git('rev-parse', 'main'));
    expect(await p.sentence(pull)).toBe(
      `Compared with main at ${at} (release "main ${at}" #1), where this branch began.`,
    );
  });

  it("3 main moved, the head is built: the branch point, without main's later change", async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.checkout('feature').commit({ about: 'about, changed' });
    p.repo.checkout('main').commit({ home: 'home, later on main' });
    await p.ci('main');
    p.repo.checkout('feature');
    const pull = await p.pull('feature', '7');
    expect(await p.sees(pull, 'home')).toEqual([labelOf(main), 'same']);
    expect(await p.sees(pull, 'about')).toEqual([labelOf(main), 'ask']);
  });

  it("4 test merge at depth 1, main moved: the merge's first parent; only the pull request's change", async () => {
    const p = await start();
    await p.ci('main');
    p.repo.checkout('feature').commit({ about: 'about, changed' });
    const head = p.repo.hash();
    p.repo.checkout('main').commit({ home: 'home, later on main' });
    const moved = await p.ci('main');
    p.repo.testMerge('feature', 'main', 7);
    const clone = p.repo.cloneAt('refs/pull/7/merge', 1);
    const pull = await p.ciOf(clone, { branch: 'feature', base: 'main', pullRequest: '7', head });
    expect(await p.sees(pull, 'home')).toEqual([labelOf(moved), 'same']);
    expect(await p.sees(pull, 'about')).toEqual([labelOf(moved), 'ask']);
  });

  it('5 depth 1, no CI on the base commit: the next ancestor with a release', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.commit({ other: 'other' });
    p.repo.commit({ another: 'another' });
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const clone = p.repo.cloneAt('refs/heads/feature', 1);
    const pull = await p.ciOf(clone, { branch: 'feature', base: 'main', pullRequest: '7' });
    expect(await p.sees(pull)).toEqual([labelOf(main), 'ask']);
    expect(await p.sentence(pull)).toMatch(
      /, 2 commits before: the releases between were rejected or never made\.$/,
    );
  });

  it('6 squash merge with CI on main: the previous main, approved by content; the next branch sees it', async () => {
    const p = await start();
    const first = await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const pull = await p.pull('feature', '7');
    await p.approve(pull);
    expect(await p.server.status(pull)).toBe('good');
    p.repo.checkout('main').squash('feature');
    const main = await p.ci('main');
    expect(await p.sees(main)).toEqual([labelOf(first), 'approved']);
    expect(await p.origin(main)).toBe(labelOf(pull));
    expect(await p.server.status(main)).toBe('good');
    p.repo.checkout('next').commit({ about: 'about, changed' });
    const next = await p.pull('next', '8');
    expect(await p.sees(next)).toEqual([labelOf(main), 'same']);
  });

  it("7 squash merge without CI on main: the pull request's release, of the same tree", async () => {
    const p = await start();
    await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const head = p.repo.hash();
    p.repo.testMerge('feature', 'main', 7);
    const clone = p.repo.cloneAt('refs/pull/7/merge', 1);
    const pull = await p.ciOf(clone, { branch: 'feature', base: 'main', pullRequest: '7', head });
    await p.approve(pull);
    const squashed = p.repo.checkout('main').squash('feature');
    p.repo.checkout('next').commit({ about: 'about, changed' });
    const next = await p.pull('next', '8');
    expect(await p.sees(next)).toEqual([labelOf(pull), 'same']);
    expect(await p.sentence(next)).toBe(
      `Compared with feature at ${short(head)} (release "${pull.name}" #1), ` +
        `the same source tree as the squash commit ${short(squashed)}.`,
    );
  });

  it("8 merge commit without CI on main: the pull request's release, as the merged head", async () => {
    const p = await start();
    await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const pull = await p.pull('feature', '7');
    await p.approve(pull);
    p.repo.checkout('main').commit({ other: 'other' });
    p.repo.merge('feature');
    p.repo.checkout('next').commit({ about: 'about, changed' });
    const next = await p.pull('next', '8');
    expect(await p.sees(next)).toEqual([labelOf(pull), 'same']);
    expect(await p.sentence(next)).toMatch(/, which was merged\.$/);
  });

  it('9 rebase and force push, main moved: the new branch point; asked again only where both changes mix', async () => {
    const p = await start();
    p.repo.commit({ mixed: 'top\n\n\n\nbottom' });
    await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed', mixed: 'top, changed\n\n\n\nbottom' });
    const before = await p.pull('feature', '7');
    await p.approve(before, 'home');
    await p.approve(before, 'mixed');
    p.repo.checkout('main').commit({ mixed: 'top\n\n\n\nbottom, changed' });
    const moved = await p.ci('main');
    p.repo.checkout('feature').git('rebase', '-q', 'main');
    const after = await p.pull('feature', '7');
    expect(await p.sees(after, 'home')).toEqual([labelOf(moved), 'approved']);
    expect(await p.sees(after, 'mixed')).toEqual([labelOf(moved), 'ask']);
  });

  it('10 amend, empty commit, run again: approvals are kept', async () => {
    const p = await start();
    await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const first = await p.pull('feature', '7');
    await p.approve(first);
    p.repo.git('commit', '-q', '--amend', '-m', 'Amended');
    const amended = await p.pull('feature', '7');
    expect((await p.sees(amended))[1]).toBe('approved');
    p.repo.commit();
    const empty = await p.pull('feature', '7');
    expect((await p.sees(empty))[1]).toBe('approved');
    const again = await p.pull('feature', '7');
    expect(again).toMatchObject({ name: empty.name, number: 2 });
    expect((await p.sees(again))[1]).toBe('approved');
    expect(await p.origin(again)).not.toBeNull();
  });

  it("11 stacked pull requests: the parent's release if approved, else main; after the squash as 6", async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.checkout('parent').commit({ home: 'home, by the parent' });
    const parent = await p.pull('parent', '7');
    p.repo.checkout('child').commit({ about: 'about, by the child' });
    const early = await p.ci('child', { base: 'parent', pullRequest: '8' });
    expect(await p.sees(early, 'home')).toEqual([labelOf(main), 'ask']);
    await p.approve(parent);
    p.repo.commit();
    const late = await p.ci('child', { base: 'parent', pullRequest: '8' });
    expect(await p.sees(late, 'home')).toEqual([labelOf(parent), 'same']);
    expect(await p.sees(late, 'about')).toEqual([labelOf(parent), 'ask']);
    p.repo.checkout('main').squash('parent');
    const squashed = await p.ci('main');
    expect(await p.sees(squashed, 'home')).toEqual([labelOf(main), 'approved']);
    p.repo.checkout('child').git('rebase', '-q', '--onto', 'main', 'parent');
    const rebased = await p.ci('child', { base: 'main', pullRequest: '8' });
    expect(await p.sees(rebased, 'home')).toEqual([labelOf(squashed), 'same']);
  });

  it('12 revert on main of an unreviewed change: the last accepted, and green', async () => {
    const p = await start();
    const first = await p.ci('main');
    p.repo.commit({ home: 'home, broken' });
    const broken = await p.ci('main');
    expect(await p.sees(broken)).toEqual([labelOf(first), 'ask']);
    p.repo.git('revert', '--no-edit', 'HEAD');
    const reverted = await p.ci('main');
    expect(await p.sees(reverted)).toEqual([labelOf(first), 'same']);
    expect(await p.server.status(reverted)).toBe('good');
  });

  it('12 revert on main of an approved change: approved as the image accepted before', async () => {
    const p = await start();
    const first = await p.ci('main');
    p.repo.commit({ home: 'home, changed' });
    const changed = await p.ci('main');
    await p.approve(changed);
    p.repo.git('revert', '--no-edit', 'HEAD');
    const reverted = await p.ci('main');
    expect(await p.sees(reverted)).toEqual([labelOf(changed), 'approved']);
    expect(await p.origin(reverted)).toBe(labelOf(first));
    expect(await p.server.status(reverted)).toBe('good');
  });

  it('13 hotfix off a release branch: the release branch, a main branch by its glob', async () => {
    const p = await start();
    await p.server.configure({ mainBranches: ['main', 'release/*'] });
    await p.ci('main');
    p.repo.checkout('release/1').commit({ home: 'home of release 1' });
    const release = await p.ci('release/1');
    p.repo.checkout('main').commit({ home: 'home of main' });
    await p.ci('main');
    p.repo.checkout('release/1');
    p.repo.checkout('hotfix').commit({ about: 'about, fixed' });
    const hotfix = await p.ci('hotfix', { base: 'release/1', pullRequest: '7' });
    expect(await p.sees(hotfix, 'home')).toEqual([labelOf(release), 'same']);
    expect(await p.sees(hotfix, 'about')).toEqual([labelOf(release), 'ask']);
  });

  it("13 push to a release branch: the branch's earlier release, also where CI calls main its base", async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.checkout('release/1').commit({ home: 'home of release 1' });
    const before = await p.ci('release/1');
    await p.approve(before);
    p.repo.commit({ about: 'about, fixed' });
    p.repo.commit({ other: 'other' });
    const elsewhere = await p.ci('release/1');
    expect(await p.sees(elsewhere, 'home')).toEqual([labelOf(main), 'approved']);
    await p.server.configure({ mainBranches: ['main', 'release/*'] });
    const pushed = await p.ci('release/1');
    expect(await p.sees(pushed, 'home')).toEqual([labelOf(before), 'same']);
    expect(await p.sees(pushed, 'about')).toEqual([labelOf(before), 'ask']);
    expect(await p.sentence(pushed)).toMatch(
      /, 1 commit before: the releases between were rejected or never made\.$/,
    );
  });

  it('14 without git: the newest accepted image without branch or of main', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const pull = await p.pull('feature', '7');
    await p.approve(pull);
    const upload = await p.send(p.repo, { ...noStory(), name: 'upload' });
    expect(await p.sees(upload)).toEqual([labelOf(main), 'ask']);
    expect(await p.sentence(upload)).toMatch(
      /, the newest accepted image of main, because git's history could not be read: this is not a git work tree\.$/,
    );
    await p.server.decide(upload, 'good');
    const next = await p.send(p.repo, { ...noStory(), name: 'upload' });
    expect(await p.sees(next)).toEqual([labelOf(upload), 'same']);
    expect(await p.server.status(next)).toBe('reviewing');
  });

  it('14 without git: the pages of the newest good release without branch or of main are missed', async () => {
    const p = await start();
    const main = await p.ci('main');
    expect(await p.server.status(main)).toBe('good');
    p.repo.checkout('feature').commit({ other: 'other' });
    await p.server.decide(await p.pull('feature', '7'), 'good');
    p.repo.checkout('main').commit({ about: null });
    const upload = await p.send(p.repo, { ...noStory(), name: 'upload' });
    expect(await p.server.missing(upload)).toEqual(['about']);
    const old = await p.send(p.repo, { name: 'old client' });
    expect(await p.server.missing(old)).toEqual(['about', 'other']);
  });

  it('14 without git, in a build that lives on another branch: the newest good release, and it says so', async () => {
    const p = await start();
    const { commit, ...old } = { ...noStory('develop'), name: 'develop', commit: null };
    const develop = await p.send(p.repo, { ...old, commit });
    await p.server.decide(develop, 'good');
    // A skipped release shows nothing of main.
    await p.server.createRelease({ ...noStory('main'), name: 'skipped', skipReason: 'no change in blog/' });
    const upload = await p.send(p.repo, { ...noStory(), name: 'upload' });
    expect(await p.sees(upload)).toEqual([labelOf(develop), 'same']);
    expect(await p.sentence(upload)).toContain('the newest good release of any branch');
  });

  it('15 a subset on main: each page has its own base', async () => {
    const p = await start();
    const whole = await p.ci('main');
    p.repo.commit({ home: 'home, changed' });
    const subset = await p.ci('main', { only: ['home'] });
    await p.approve(subset);
    p.repo.checkout('feature').commit();
    const pull = await p.pull('feature', '7');
    expect(await p.sees(pull, 'home')).toEqual([labelOf(subset), 'same']);
    expect(await p.sees(pull, 'about')).toEqual([labelOf(whole), 'same']);
    expect(await p.server.missing(subset)).toEqual([]);
    expect(await p.server.missing(pull)).toEqual([]);
  });

  it('16 page removed on main, added again later: new', async () => {
    const p = await start();
    await p.ci('main');
    p.repo.commit({ about: null });
    const removed = await p.ci('main');
    expect(await p.server.missing(removed)).toEqual(['about']);
    expect(await p.server.status(removed)).toBe('reviewing');
    await p.server.confirmRemoval(removed, 'about');
    expect(await p.server.status(removed)).toBe('good');
    p.repo.commit({ about: 'about again' });
    const again = await p.ci('main');
    expect(await p.sees(again, 'about')).toEqual([null, 'new']);
    expect(await p.sentence(again, 'about')).toBe(
      `New: main at ${short(p.repo.git('rev-parse', 'HEAD^'))} had no page of this name.`,
    );
  });

  it('16 page removed by a pull request: confirmed once, and not asked about again, until it comes back and goes again', async () => {
    const p = await start();
    await p.ci('main');
    p.repo.checkout('feature').commit({ about: null });
    const pull = await p.pull('feature', '7');
    expect(await p.server.missing(pull)).toEqual(['about']);
    expect(await p.server.status(pull)).toBe('reviewing');
    await p.server.confirmRemoval(pull, 'about');
    expect(await p.server.status(pull)).toBe('good');
    p.repo.commit();
    expect(await p.server.status(await p.pull('feature', '7'))).toBe('good');
    p.repo.checkout('main');
    p.repo.checkout('other').commit({ about: null, home: 'home, changed' });
    const other = await p.pull('other', '8');
    await p.approve(other);
    expect(await p.server.status(other)).toBe('reviewing');
    p.repo.checkout('main').squash('feature');
    const merged = await p.ci('main');
    expect(await p.server.status(merged)).toBe('good');
    p.repo.commit({ about: 'about again' });
    expect(await p.server.status(await p.ci('main'))).toBe('good');
    p.repo.commit({ about: null });
    const again = await p.ci('main');
    expect(await p.server.missing(again)).toEqual(['about']);
    expect(await p.server.status(again)).toBe('reviewing');
  });

  it('16 page gone from main, which no person has confirmed: its last image is kept', async () => {
    const p = await start();
    const first = await p.ci('main');
    p.repo.commit({ about: null });
    await p.ci('main');
    p.repo.commit();
    const still = await p.ci('main');
    expect(await p.server.missing(still)).toEqual(['about']);
    p.repo.commit({ about: 'about' });
    const again = await p.ci('main');
    expect(await p.sees(again, 'about')).toEqual([labelOf(first), 'same']);
  });

  it('17 base unreviewed: main as it looks; then rejected, or its release bad: the older accepted one', async () => {
    const p = await start();
    const first = await p.ci('main');
    p.repo.commit({ home: 'home, unreviewed' });
    const unreviewed = await p.ci('main');
    p.repo.checkout('feature').commit({ about: 'about, changed' });
    const pull = await p.pull('feature', '7');
    expect(await p.sees(pull)).toEqual([labelOf(unreviewed), 'same']);
    expect(await p.sentence(pull)).toMatch(/, what main looks like; no one has reviewed that image yet\.$/);
    await p.reject(unreviewed);
    // It shows the pixels that were rejected.
    expect(await p.sees(pull)).toEqual([labelOf(first), 'rejected']);
    await p.server.judge(unreviewed, 'home', 'none');
    p.repo.commit();
    const second = await p.pull('feature', '7');
    expect(await p.sees(second)).toEqual([labelOf(unreviewed), 'same']);
    await p.server.decide(unreviewed, 'bad');
    expect(await p.sees(second)).toEqual([labelOf(first), 'ask']);
    const third = await p.pull('feature', '7');
    expect(await p.sees(third)).toEqual([labelOf(first), 'ask']);
  });

  it("18 the same commit again, at night: the previous commit's release", async () => {
    const p = await start();
    const first = await p.ci('main');
    p.repo.commit({ home: 'home, changed' });
    const changed = await p.ci('main');
    await p.approve(changed);
    const nightly = await p.ci('main', { release: { name: 'nightly' } });
    expect(await p.sees(nightly)).toEqual([labelOf(first), 'approved']);
    expect(await p.origin(nightly)).toBe(labelOf(changed));
  });

  it('18 the same commit again, the first one there is: the accepted release of the same commit', async () => {
    const p = await start();
    const first = await p.ci('main');
    const again = await p.ci('main');
    expect(await p.sees(again)).toEqual([labelOf(first), 'same']);
    expect(await p.sentence(again)).toMatch(/, the newest accepted image of the same commit\.$/);
  });

  it('19 unrelated history: the newest accepted image of the base, with a warning', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.git('checkout', '-q', '--orphan', 'fresh');
    p.repo.commit({ home: 'home, changed' });
    const pull = await p.pull('fresh', '7');
    expect(await p.sees(pull)).toEqual([labelOf(main), 'ask']);
    expect(await p.sentence(pull)).toContain("because git's history could not be read");
  });

  it('19 shallow without network: the newest accepted image of the base, and how to mend it', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.commit();
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const clone = p.repo.cloneAt('refs/heads/feature', 1);
    const pull = await p.ciOf(clone, { branch: 'feature', base: 'main', pullRequest: '7', offline: true });
    expect(await p.sees(pull)).toEqual([labelOf(main), 'ask']);
    expect(await p.sentence(pull)).toMatch(
      /, the newest accepted image of main, because the clone is shallow and commits could not be fetched; set fetch-depth: 0\.$/,
    );
  });

  it('20 the same image on an unrelated open branch: asked', async () => {
    const p = await start();
    await p.ci('main');
    p.repo.checkout('one').commit({ home: 'home, changed', one: 'one' });
    const one = await p.pull('one', '7');
    await p.approve(one);
    p.repo.checkout('main');
    p.repo.checkout('two').commit({ home: 'home, changed', two: 'two' });
    const two = await p.pull('two', '8');
    expect((await p.sees(two))[1]).toBe('ask');
  });

  it('21 an approved branch that is not merged leaves main untouched', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const pull = await p.pull('feature', '7');
    await p.approve(pull);
    expect(await p.server.status(pull)).toBe('good');
    p.repo.checkout('main').commit({ about: 'about' });
    const next = await p.ci('main');
    expect(await p.sees(next)).toEqual([labelOf(main), 'same']);
    expect(await p.server.status(next)).toBe('good');
  });

  it("22 a fork's branch named like ours is another lineage", async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed', ours: 'ours' });
    await p.approve(await p.pull('feature', '7'));
    p.repo.checkout('main');
    p.repo.checkout('theirs').commit({ home: 'home, changed', theirs: 'theirs' });
    const fork = await p.pull('feature', '8', { headRepository: 'fork/shop' });
    expect((await p.sees(fork))[1]).toBe('ask');
    p.repo.checkout('main');
    p.repo.checkout('fork-main').commit({ about: 'about, by the fork' });
    const forkMain = await p.pull('main', '9', { headRepository: 'fork/shop' });
    expect(await p.sees(forkMain, 'about')).toEqual([labelOf(main), 'ask']);
    p.repo.checkout('after').commit();
    const after = await p.pull('after', '10');
    expect(await p.sees(after, 'about')).toEqual([labelOf(main), 'ask']);
  });

  it('23 a rejected image pushed again stays rejected', async () => {
    const p = await start();
    await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, wrong' });
    const first = await p.pull('feature', '7');
    await p.reject(first);
    p.repo.commit({ about: 'about' });
    const again = await p.pull('feature', '7');
    expect((await p.sees(again))[1]).toBe('rejected');
    expect(await p.origin(again)).toBe(labelOf(first));
    expect(await p.server.status(again)).toBe('reviewing');
  });

  it('24 monorepo, two builds: neither knows of the other; an app that is not touched is skipped', async () => {
    const shop = await start();
    const blog = new Project(await openAll());
    await shop.ci('main');
    const blogMain = await blog.ci('main');
    blog.repo.checkout('feature').commit();
    const skipped = await blog.server.createRelease({
      ...gitStory(blog.repo, { branch: 'feature' }),
      skipReason: 'no change in blog/',
    });
    expect(await blog.server.status(skipped)).toBe('good');
    blog.repo.commit({ home: 'home, changed' });
    const pull = await blog.pull('feature', '7');
    expect(await blog.sees(pull)).toEqual([labelOf(blogMain), 'ask']);
    expect(await blog.server.missing(pull)).toEqual([]);
  });

  it('25 pages in any order, also while main is reported', async () => {
    const p = await start();
    await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const story = gitStory(p.repo, { branch: 'feature', base: 'main', pullRequest: '7' });
    const one = await p.server.createRelease({ ...story, name: 'one' });
    const other = await p.server.createRelease({ ...story, name: 'other' });
    const pages = [...p.repo.pages()];
    for (const [name, screenshot] of pages) await p.server.run(one, name, screenshot);
    for (const [name, screenshot] of pages.toReversed()) await p.server.run(other, name, screenshot);
    for (const [name] of pages) expect(await p.sees(one, name)).toEqual(await p.sees(other, name));
  });

  it('26 main moves while a release is reviewed: pinned; approvals hold for the pixels', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const pull = await p.pull('feature', '7');
    p.repo.checkout('main').commit({ about: 'about, later on main' });
    await p.approve(await p.ci('main'), 'about');
    expect(await p.sees(pull, 'about')).toEqual([labelOf(main), 'same']);
    await p.approve(pull);
    p.repo.checkout('feature').git('merge', '-q', '--no-edit', 'main');
    const merged = await p.pull('feature', '7');
    expect((await p.sees(merged))[1]).toBe('approved');
    expect((await p.sees(merged, 'about'))[1]).toBe('same');
  });

  it('27 detached HEAD without CI variables: no branch; history by commit; approvals of the history alone', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.commit({ home: 'home, changed' });
    p.repo.git('checkout', '-q', '--detach');
    const detached = await p.ci(null);
    expect(await p.sees(detached)).toEqual([labelOf(main), 'ask']);
    await p.approve(detached);
    p.repo.git('commit', '-q', '--amend', '-m', 'Amended with another tree');
    p.repo.writePages({ about: 'about, changed' });
    p.repo.git('commit', '-qa', '--amend', '-m', 'Amended with another tree');
    const amended = await p.ci(null);
    expect((await p.sees(amended))[1]).toBe('ask');
    p.repo.git('checkout', '-q', '--detach', 'main');
    p.repo.commit({ other: 'other' });
    const later = await p.ci(null);
    expect(await p.sees(later)).toEqual([labelOf(detached), 'same']);
  });

  it("28 cherry-pick to a release branch: the release branch's own baseline, approved by content", async () => {
    const p = await start();
    await p.server.configure({ mainBranches: ['main', 'release/*'] });
    await p.ci('main');
    p.repo.checkout('release/1').commit({ release: 'release 1' });
    const release = await p.ci('release/1');
    p.repo.checkout('main').commit({ home: 'home, fixed' });
    const fix = p.repo.hash();
    const main = await p.ci('main');
    await p.approve(main);
    p.repo.checkout('release/1').git('cherry-pick', fix);
    const picked = await p.ci('release/1');
    expect(await p.sees(picked)).toEqual([labelOf(release), 'approved']);
    expect(await p.origin(picked)).toBe(labelOf(main));
  });

  it('29 build of a tag: no branch, its commit is on the history; no branch of that name supersedes it', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.commit({ home: 'home, changed' });
    p.repo.git('tag', 'v1');
    const tag = await p.ci(null, { release: { name: 'tag v1' } });
    expect(await p.sees(tag)).toEqual([labelOf(main), 'ask']);
    await p.approve(tag);
    p.repo.checkout('v1-work').commit({ about: 'about, changed' });
    const branch = await p.ci('v1-work', { base: 'main', pullRequest: '7' });
    expect(await p.server.status(tag)).toBe('good');
    expect(await p.sees(branch)).toEqual([labelOf(tag), 'same']);
  });

  it('30 main merged into the branch: the newest merged main', async () => {
    const p = await start();
    await p.ci('main');
    p.repo.checkout('feature').commit({ about: 'about, changed' });
    p.repo.checkout('main').commit({ home: 'home, later on main' });
    const moved = await p.ci('main');
    await p.approve(moved);
    p.repo.checkout('feature').git('merge', '-q', '--no-edit', 'main');
    p.repo.commit({ more: 'more' });
    p.repo.checkout('main').commit({ home: 'home, later still' });
    await p.ci('main');
    p.repo.checkout('feature');
    const pull = await p.pull('feature', '7');
    expect(await p.sees(pull, 'home')).toEqual([labelOf(moved), 'same']);
    expect(await p.sees(pull, 'about')).toEqual([labelOf(moved), 'ask']);
  });

  it('31 a branch that looks like an unreviewed main does not make it reviewed', async () => {
    const p = await start();
    const first = await p.ci('main');
    p.repo.commit({ home: 'home, unreviewed' });
    const unreviewed = await p.ci('main');
    p.repo.checkout('feature').commit({ about: 'about, changed' });
    const pull = await p.pull('feature', '7');
    await p.approve(pull, 'about');
    expect(await p.sees(pull, 'home')).toEqual([labelOf(unreviewed), 'same']);
    expect(await p.server.status(pull)).toBe('reviewing');
    p.repo.checkout('main').merge('feature');
    const merged = await p.ci('main');
    expect(await p.sees(merged, 'home')).toEqual([labelOf(first), 'ask']);
    await p.approve(unreviewed, 'home');
    expect(await p.server.status(pull)).toBe('good');
  });

  it('what is uploaded from a dirty work tree is no baseline', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.writePages({ home: 'home, tried' });
    const desk = await p.ci('main', { desk: true, release: { name: 'desk' } });
    await p.server.decide(desk, 'good');
    p.repo.commit();
    const next = await p.ci('main');
    expect(await p.sees(next)).toEqual([labelOf(main), 'ask']);
    const upload = await p.send(p.repo, { ...noStory(), name: 'upload' });
    expect((await p.sees(upload))[0]).toBe(labelOf(main));
  });

  it('a release of main that is not finished is waited for, up to a limit', async () => {
    const p = await start();
    const first = await p.ci('main');
    p.repo.commit({ home: 'home, changed' });
    const running = await p.server.createRelease(gitStory(p.repo, { branch: 'main' }));
    p.repo.checkout('feature').commit();
    const pull = await p.pull('feature', '7');
    expect((await p.sees(pull))[1]).toBe('waits');
    expect(await p.server.status(pull)).toBe('processing');
    for (const [name, screenshot] of p.repo.pages()) await p.server.run(running, name, screenshot);
    await p.server.runsDone(running);
    expect(await p.sees(pull)).toEqual([labelOf(running), 'same']);

    p.repo.checkout('main').commit();
    await p.server.createRelease(gitStory(p.repo, { branch: 'main' }));
    p.repo.checkout('other').commit();
    const other = await p.pull('other', '8');
    expect((await p.sees(other))[1]).toBe('waits');
    await p.server.pass(600);
    expect((await p.sees(other))[0]).toBe(labelOf(running));
    expect(labelOf(first)).not.toBe(labelOf(running));
  });

  it('a page that was renamed is compared with its former name', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.git('mv', 'pages/about', 'pages/company');
    p.repo.checkout('feature').commit();
    const pull = await p.pull('feature', '7', { renamed: { company: 'about' } });
    expect(await p.sees(pull, 'company')).toEqual([labelOf(main), 'same']);
    expect(await p.sentence(pull, 'company')).toMatch(/ There the page is called "about"\.$/);
    expect(await p.server.missing(pull)).toEqual([]);
  });

  it('a client that sends no history gets the newest good release that has the page, whatever its branch', async () => {
    const p = await start();
    await p.ci('main');
    p.repo.checkout('feature').commit({ home: 'home, changed' });
    const { history, own, historyNote, ...old } = gitStory(p.repo, { branch: 'feature' });
    expect([history.length, own.length, historyNote]).toEqual([1, 1, 'full']);
    const first = await p.send(p.repo, { ...old, name: 'old client' });
    expect(await p.server.status(first)).toBe('reviewing');
    await p.server.decide(first, 'good');
    const broken = await p.server.createRelease({ name: 'broken', branch: 'feature' });
    await p.server.failedRun(broken, 'home');
    await p.server.runsDone(broken);
    await p.server.decide(broken, 'good');
    const second = await p.send(p.repo, { name: 'old client', branch: 'elsewhere' });
    expect(await p.sees(second)).toEqual([labelOf(first), 'same']);
  });

  it('a release that the client names comes before everything', async () => {
    const p = await start();
    const main = await p.ci('main');
    p.repo.commit({ home: 'home, changed' });
    await p.approve(await p.ci('main'));
    p.repo.checkout('feature').commit();
    const pull = await p.pull('feature', '7', { release: { baselineRelease: main } });
    expect(await p.sees(pull)).toEqual([labelOf(main), 'approved']);
    expect(await p.sentence(pull)).toMatch(/, which the client named\.$/);
  });

  it('works in a clone that is a work tree of another folder', async () => {
    const p = await start();
    const main = await p.ci('main');
    const folder = p.repo.folderBeside();
    p.repo.git('worktree', 'add', '-q', '-b', 'feature', `${folder}/tree`);
    const tree = new GitProject(`${folder}/tree`);
    tree.commit({ home: 'home, changed' });
    const pull = await p.ciOf(tree, { branch: 'feature', base: 'main', pullRequest: '7' });
    expect(await p.sees(pull)).toEqual([labelOf(main), 'ask']);
  });
});
