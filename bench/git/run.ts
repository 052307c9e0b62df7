/**
 * Times reading the git story in a repository of 20,000 commits:
 *   node bench/git/run.ts [--quick]
 * Without --quick the figures go to the section `git` of RESULTS.md.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gatherGitStory, noFlags } from '../../src/tools/git/gather-git-story.ts';
import { plainGitEnvironment } from '../../test/support/git-project.ts';
import { serveGit } from '../../test/support/git-http-server.ts';
import { describeCommit, describeMachine, median, recentLoad, writeResultsSection } from '../machine.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const [commits, rounds] = quick ? [2_000, 2] : [20_000, 5];
const branchCommits = 40;

const root = mkdtempSync(join(tmpdir(), 'dpxdt-bench-git-'));
const git = (folder: string, args: string[], input?: string): string =>
  execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    env: plainGitEnvironment,
    maxBuffer: 1e9,
    ...(input !== undefined && { input }),
  }).trim();

/** Changing files of 2 KB, as in a project of a few hundred files; every tenth commit merges a branch of one commit. */
function* streamOfCommits(): Generator<string> {
  let seconds = 1_600_000_000;
  const commit = (ref: string, index: number, more = ''): string => {
    seconds += 600;
    const text = `${index} ${'x'.repeat(2_000)}\n`;
    return `commit refs/heads/${ref}\ncommitter Ada <ada@example.com> ${seconds} +0000\ndata 9\nA change.\n${more}M 100644 inline src/file-${index % 300}.txt\ndata ${text.length}\n${text}\n`;
  };
  for (let index = 0; index < commits; index++) {
    for (let own = 0; index === commits - 35 && own < branchCommits; own++) {
      yield commit('feature', own, own === 0 ? 'from refs/heads/main\n' : '');
    }
    if (index % 10 !== 9) {
      yield commit('main', index);
      continue;
    }
    yield commit('side', index, 'from refs/heads/main\n');
    yield commit('main', index + 1, `merge refs/heads/side\n`);
    index++;
  }
}

function makeForge(): { bare: string; head: string } {
  const bare = join(root, 'web.git');
  git(root, ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  git(bare, ['config', 'uploadpack.allowFilter', 'true']);
  git(bare, ['fast-import', '--quiet'], [...streamOfCommits()].join(''));
  git(bare, ['branch', '--quiet', '-D', 'side']);
  git(bare, ['repack', '-adq']);
  return { bare, head: git(bare, ['rev-parse', 'refs/heads/feature']) };
}

interface Figures {
  ms: number[];
  note: string;
  history: number;
  own: number;
}

async function measure(clone: string, environment: Record<string, string>): Promise<Figures> {
  const figures: Figures = { ms: [], note: '', history: 0, own: 0 };
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    const story = await gatherGitStory({
      cwd: clone,
      environment: { ...plainGitEnvironment, ...environment },
      flags: noFlags,
    });
    // The first round warms the file cache.
    if (round > 0) figures.ms.push(performance.now() - began);
    Object.assign(figures, {
      note: story.historyNote,
      history: story.history.length,
      own: story.own.length,
    });
  }
  return figures;
}

const { bare, head } = makeForge();
const server = await serveGit(root);
try {
  const size = Number(/size-pack: (\d+)/.exec(git(bare, ['count-objects', '-v']))![1]) / 1_024;
  const full = join(root, 'full');
  git(root, ['clone', '--quiet', '--branch', 'feature', bare, full]);
  const shallow = join(root, 'shallow');
  const address = `${server.url}/web.git`;
  git(root, ['clone', '--quiet', '--depth=1', '--branch', 'feature', bare.replace(/^/, 'file://'), shallow]);
  git(shallow, ['remote', 'set-url', 'origin', address]);
  const job = {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF_NAME: 'feature',
    GITHUB_SHA: head,
  };
  const event = join(root, 'event.json');
  writeFileSync(event, JSON.stringify({ repository: { default_branch: 'main' } }));
  const load = recentLoad();
  const results = [
    ['full clone, at a desk (with the look for changes)', 1_000, await measure(full, {}), 0],
    ['full clone, in CI', 1_000, await measure(full, { ...job, GITHUB_EVENT_PATH: event }), 0],
  ] as [string, number, Figures, number][];
  const before = server.sentBytes();
  const fetched = await measure(shallow, { ...job, GITHUB_EVENT_PATH: event });
  results.push([
    'depth 1, over git http-backend',
    10_000,
    fetched,
    (server.sentBytes() - before) / (rounds + 1),
  ]);
  const lines = [
    `## Gathering git's story`,
    '',
    `${describeMachine()}, commit ${describeCommit()}, ${git(root, ['version'])}; load before: ${load.toFixed(1)}`,
    '',
    `A repository of ${commits.toLocaleString('en')} commits (${Math.round(size)} MiB packed), a branch of ${branchCommits} that left main a little before its end. Median and range of ${rounds} rounds after one that is not counted.`,
    '',
    '| | ms | range | target | history | own | note | received |',
    '| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |',
    ...results.map(([what, target, { ms, note, history, own }, bytes]) => {
      const range = `${Math.round(Math.min(...ms))} to ${Math.round(Math.max(...ms))}`;
      const received = bytes === 0 ? '–' : `${Math.round(bytes / 1_024)} KiB`;
      return `| ${what} | ${Math.round(median(ms))} | ${range} | < ${target.toLocaleString('en')} | ${history} | ${own} | ${note} | ${received} |`;
    }),
  ];
  const text = lines.join('\n');
  console.log(text);
  if (!quick) writeResultsSection('git', text);
  console.log(quick ? '\nA quick run: bench/RESULTS.md stays as it was.' : '\nWritten to bench/RESULTS.md');
} finally {
  await server.close();
  rmSync(root, { recursive: true, force: true });
}
