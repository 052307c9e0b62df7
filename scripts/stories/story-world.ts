/** A repository, CI jobs that clone it, and a server, for stories that run the real tools. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { DepictedClient } from '../../src/client/index.ts';
import { serveGit } from '../../test/support/git-http-server.ts';
import { GitProject } from '../../test/support/git-project.ts';
import { runDpxdt, startDpxdt, type DpxdtResult } from '../../test/support/run-dpxdt.ts';

/** How a CI job gets the code. `none`: as files, without git. */
export type Checkout = 'full' | 'shallow' | 'none';

export interface Job {
  /** What it builds. */
  of: { branch: string } | { pullRequest: number; branch: string };
  args?: readonly string[];
  /** Only these pages are rendered. */
  pages?: readonly string[];
}

/** What a tool prints with `--json`, as far as stories need it. */
export interface ToolAnswer {
  exit_status: number;
  message: string;
  release_name: string;
  release_number: number;
  status: string | null;
  counts: Record<string, number>;
  missing: { name: string; verdict: string }[];
  runs: { name: string; state: string; baseline: { reason: string } | null }[];
}

const repository = 'shop.git';

/** A shop whose pages are colors: what is committed is what is seen. */
export class StoryWorld {
  readonly client: DepictedClient;
  readonly #folder: string;
  readonly #developer: GitProject;
  readonly #server: string;
  readonly #gitUrl: string;
  readonly #endings: (() => Promise<unknown>)[];
  #jobs = 0;

  private constructor(parts: {
    folder: string;
    developer: GitProject;
    server: string;
    gitUrl: string;
    endings: (() => Promise<unknown>)[];
  }) {
    this.#folder = parts.folder;
    this.#developer = parts.developer;
    this.#server = parts.server;
    this.#gitUrl = parts.gitUrl;
    this.#endings = parts.endings;
    this.client = new DepictedClient({ server: parts.server });
  }

  /** Starts everything; `close` ends it. */
  static async open(): Promise<StoryWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'dpxdt-story-'));
    const data = join(folder, 'server');
    mkdirSync(data);
    const args = ['server', '--port', '0', '--json', '--log-level', 'warn', '--workers', '1'];
    const server = startDpxdt(args, { currentFolder: data });
    const forge = join(folder, 'forge');
    mkdirSync(join(forge, repository), { recursive: true });
    const bare = new GitProject(join(forge, repository));
    bare.git('init', '--quiet', '--bare', '--initial-branch=main');
    bare.git('config', 'uploadpack.allowFilter', 'true');
    const git = await serveGit(forge);
    const endings = [
      async () => {
        server.process.kill('SIGKILL');
        await server.result;
      },
      () => git.close(),
    ];
    const developer = new GitProject(join(folder, 'developer'));
    mkdirSync(developer.folder);
    developer.git('init', '--quiet', '--template=', '--initial-branch=main');
    developer.git('remote', 'add', 'origin', bare.folder);
    const { url } = JSON.parse(await server.untilOutput(/\{"url".*\}/)) as { url: string };
    return new StoryWorld({ folder, developer, server: url, gitUrl: `${git.url}/${repository}`, endings });
  }

  async close(): Promise<void> {
    for (const end of this.#endings) await end();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The developer's clone. */
  get git(): GitProject {
    return this.#developer;
  }

  /** Changes pages and commits them; null removes a page. */
  commit(words: string, pages: Readonly<Record<string, string | null>>): void {
    for (const [name, color] of Object.entries(pages)) {
      if (color === null) this.git.git('rm', '--quiet', `pages/${name}`);
      else this.git.write(`pages/${name}`, color);
    }
    this.git.git('add', '--all');
    this.git.git('commit', '--quiet', '--message', words);
  }

  push(branch: string): void {
    this.git.git('push', '--quiet', '--force', 'origin', branch);
  }

  /** Pushes a branch and, as forges do, the merge of it with main that CI tests. */
  pushPullRequest(branch: string, pullRequest: number): void {
    this.push(branch);
    this.git.git('checkout', '--quiet', '--detach', 'main');
    this.git.git('merge', '--quiet', '--no-ff', '--message', `Merge ${branch} into main`, branch);
    this.git.git('push', '--quiet', '--force', 'origin', `HEAD:refs/pull/${pullRequest}/merge`);
    this.git.git('push', '--quiet', '--force', 'origin', `${branch}:refs/pull/${pullRequest}/head`);
    this.git.git('checkout', '--quiet', branch);
  }

  /** Clones as CI does, takes a screenshot of every page, and sends them with `dpxdt diff-my-images --wait`. */
  async job(checkout: Checkout, { of, args = [], pages }: Job): Promise<ToolAnswer & { printed: string }> {
    const folder = join(this.#folder, `job-${++this.#jobs}`);
    const clone = this.#clone(folder, checkout, of);
    const all = readdirSync(join(folder, 'pages'));
    for (const name of all.filter((page) => pages?.includes(page) ?? true)) {
      const color = readFileSync(join(folder, 'pages', name), 'utf8').trim();
      mkdirSync(join(folder, 'screenshots'), { recursive: true });
      writeFileSync(join(folder, 'screenshots', `${name}.png`), await paint(color));
    }
    const call = ['diff-my-images', '--dir', 'screenshots', '--wait', '--timeout', '120', '--json', ...args];
    const env = {
      DPXDT_SERVER: this.#server,
      DPXDT_BUILD_ID: '1',
      ...(checkout !== 'none' && this.#githubJob(of, clone)),
    };
    const result = await runDpxdt(call, { currentFolder: folder, env });
    return answerOf(result);
  }

  #clone(folder: string, checkout: Checkout, of: Job['of']): GitProject {
    mkdirSync(folder);
    const clone = new GitProject(folder);
    const ref = 'pullRequest' in of ? `refs/pull/${of.pullRequest}/merge` : `refs/heads/${of.branch}`;
    clone.git('init', '--quiet', '--template=');
    // From the folder first: the server of the address runs in this process, which waits for git here.
    clone.git('remote', 'add', 'origin', this.git.git('remote', 'get-url', 'origin'));
    if (checkout === 'full')
      clone.git('fetch', '--quiet', 'origin', '+refs/heads/*:refs/remotes/origin/*', ref);
    else
      clone.git(
        'fetch',
        '--quiet',
        '--depth=1',
        `file://${this.git.git('remote', 'get-url', 'origin')}`,
        ref,
      );
    clone.git('checkout', '--quiet', '--detach', checkout === 'full' ? this.#hashOf(ref) : 'FETCH_HEAD');
    clone.git('remote', 'set-url', 'origin', this.#gitUrl);
    if (checkout === 'none') rmSync(join(folder, '.git'), { recursive: true });
    return clone;
  }

  #hashOf(ref: string): string {
    return this.git.git('ls-remote', 'origin', ref).split('\t')[0]!;
  }

  /** The variables of GitHub Actions. */
  #githubJob(of: Job['of'], clone: GitProject): Record<string, string> {
    const event = join(this.#folder, `event-${basename(clone.folder)}.json`);
    const isPullRequest = 'pullRequest' in of;
    writeFileSync(
      event,
      JSON.stringify(
        isPullRequest
          ? {
              number: of.pullRequest,
              pull_request: {
                head: { sha: this.#hashOf(`refs/heads/${of.branch}`), repo: { full_name: 'shop/web' } },
              },
            }
          : {},
      ),
    );
    return {
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'shop/web',
      GITHUB_RUN_ID: String(1_000 + this.#jobs),
      GITHUB_SHA: clone.hash(),
      GITHUB_EVENT_PATH: event,
      GITHUB_EVENT_NAME: isPullRequest ? 'pull_request' : 'push',
      GITHUB_STEP_SUMMARY: '',
      ...(isPullRequest
        ? {
            GITHUB_HEAD_REF: of.branch,
            GITHUB_BASE_REF: 'main',
            GITHUB_REF_NAME: `${of.pullRequest}/merge`,
          }
        : { GITHUB_HEAD_REF: '', GITHUB_BASE_REF: '', GITHUB_REF_NAME: of.branch }),
    };
  }
}

async function paint(color: string): Promise<Buffer> {
  const create = { width: 64, height: 48, channels: 3, background: color } as const;
  return sharp({ create }).png().toBuffer();
}

function answerOf({ stdout, stderr }: DpxdtResult): ToolAnswer & { printed: string } {
  try {
    return { ...(JSON.parse(stdout) as ToolAnswer), printed: stderr };
  } catch {
    throw new Error(`dpxdt printed no JSON:\n${stdout}${stderr}`);
  }
}
