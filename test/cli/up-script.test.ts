/** `scripts/up.sh` on simulated machines, where it finds only a folder of stubs. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');
const wanted = /^NODE_VERSION=(.+)$/m.exec(readFileSync(join(root, 'scripts/up.sh'), 'utf8'))![1]!;
/** Programs of the real machine that the script may use. */
const realTools = 'sh env cat cmp cp dirname find head ln ls mkdir mktemp mv rm tail touch uname'.split(' ');

interface Machine {
  /** User id of the caller. */
  uid: number;
  /** Additional programs of this machine, as shell scripts. */
  programs?: Record<string, string>;
  /** The version of the Node in `.node`. */
  ownNode?: string;
}

const apt = `echo "$(id -u) apt-get $*" >>"$LOG"; case "$*" in *chromium*) : >"$ROOT/browser" ;; esac`;
/** Like the real one: after it, the user is root. */
const sudo = `echo "sudo $*" >>"$LOG"; FAKE_UID=0 exec "$@"`;

/** A clone with nothing to build, on a machine without a browser. */
function machine({ uid, programs = {}, ownNode }: Machine) {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-up-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const clone = join(folder, 'clone');
  const bin = join(folder, 'bin');
  const log = join(folder, 'log');
  const put = (path: string, text: string) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  };
  const program = (path: string, script: string) => {
    put(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  };
  mkdirSync(join(clone, 'scripts'), { recursive: true });
  copyFileSync(join(root, 'scripts/up.sh'), join(clone, 'scripts/up.sh'));
  for (const path of ['package-lock.json', 'node_modules/.up-lock']) put(join(clone, path), '{}');
  put(join(clone, 'package.json'), '{"type":"module"}');
  for (const path of ['src/image/kernel/a', 'src/web/a', 'src/domain/a', 'src/contract/a']) {
    put(join(clone, path), '');
  }
  for (const path of ['build/kernel.wasm', 'build/report.html', 'build/web/review.html'])
    put(join(clone, path), '');
  put(
    join(clone, 'scripts/find-browser.ts'),
    `import { existsSync } from 'node:fs'; process.exit(existsSync(${JSON.stringify(join(clone, 'browser'))}) ? 0 : 1);`,
  );
  program(
    join(clone, 'node_modules/.bin/playwright-core'),
    `echo "playwright $*" >>"$LOG"; : >"$ROOT/browser"`,
  );
  mkdirSync(bin);
  for (const tool of realTools) {
    const real = (process.env['PATH'] ?? '').split(delimiter).find((part) => existsSync(join(part, tool)));
    symlinkSync(join(real!, tool), join(bin, tool));
  }
  symlinkSync(process.execPath, join(bin, 'node'));
  program(join(bin, 'id'), 'echo "$FAKE_UID"');
  program(join(bin, 'fc-list'), 'echo Liberation');
  for (const [name, script] of Object.entries(programs)) program(join(bin, name), script);
  if (ownNode !== undefined) {
    program(
      join(clone, '.node/bin/node'),
      `[ "$1" = --version ] && echo v${ownNode} || exec ${process.execPath} "$@"`,
    );
  }
  const env = { PATH: bin, LOG: log, ROOT: clone, FAKE_UID: String(uid), HOME: folder };
  const logged = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  return {
    clone,
    /** Without a terminal. */
    run() {
      const { status, stderr } = spawnSync('/bin/sh', [join(clone, 'scripts/up.sh'), 'setup'], {
        env,
        encoding: 'utf8',
      });
      return { status, said: stderr, did: logged() };
    },
    /** On a terminal where the user types the answer. */
    runOnTerminal(answer: string) {
      const { status, stdout } = spawnSync(
        '/usr/bin/script',
        ['-qec', `/bin/sh ${join(clone, 'scripts/up.sh')} setup`, '/dev/null'],
        { env: { ...env, SHELL: '/bin/sh' }, encoding: 'utf8', input: answer },
      );
      return { status, said: stdout, did: logged() };
    },
  };
}

describe('up.sh and Debian packages', () => {
  it('are installed by root, who is told which', () => {
    const { status, said, did } = machine({ uid: 0, programs: { 'apt-get': apt, sudo } }).run();
    expect(said).toContain('up: installing Debian packages: chromium-headless-shell\n');
    expect(did).toEqual([
      '0 apt-get update',
      '0 apt-get install -y --no-install-recommends chromium-headless-shell',
    ]);
    expect(status).toBe(0);
  });

  it('are named in one command to anybody else, and sudo is not called', () => {
    const { status, said, did } = machine({ uid: 1000, programs: { 'apt-get': apt, sudo } }).run();
    expect(said).toContain(
      "this installs them: sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends chromium-headless-shell'\n",
    );
    expect(did).toEqual(['playwright install chromium-headless-shell']);
    expect(status).toBe(0);
  });

  it('are named with the command of root where there is no sudo', () => {
    const { said, did } = machine({ uid: 1000, programs: { 'apt-get': apt } }).run();
    expect(said).toContain(
      'install them as root: apt-get update && apt-get install -y --no-install-recommends chromium-headless-shell\n',
    );
    expect(did).toEqual(['playwright install chromium-headless-shell']);
  });

  it('are named only where there is no apt-get', () => {
    const { said, did } = machine({ uid: 0 }).run();
    expect(said).toContain('continue without: chromium-headless-shell\n');
    expect(did).toEqual(['playwright install chromium-headless-shell']);
  });

  it.each(['n\n', '\n', 'what?\n'])('are not installed when a person on a terminal answers %j', (answer) => {
    const { said, did } = machine({ uid: 1000, programs: { 'apt-get': apt, sudo } }).runOnTerminal(answer);
    expect(said).toContain('run it now, with sudo? [y/N]');
    expect(did).toEqual(['playwright install chromium-headless-shell']);
  });

  it.each(['y\n', 'Yes\n'])('are installed with sudo when a person on a terminal answers %j', (answer) => {
    const { status, did } = machine({ uid: 1000, programs: { 'apt-get': apt, sudo } }).runOnTerminal(answer);
    expect(did.filter((line) => line.startsWith('0 apt-get'))).toEqual([
      '0 apt-get update',
      '0 apt-get install -y --no-install-recommends chromium-headless-shell',
    ]);
    expect(status).toBe(0);
  });

  it('are not spoken of when nothing is missing', () => {
    const here = machine({ uid: 1000, programs: { 'apt-get': apt, sudo } });
    writeFileSync(join(here.clone, 'browser'), '');
    expect(here.run()).toEqual({ status: 0, said: 'up: ready\n', did: [] });
  });
});

describe('up.sh and the Node in .node', () => {
  /** Installs a package whose binary reports the requested version. */
  const npm = `echo "npm $*" >>"$LOG"
while [ $# -gt 0 ]; do case "$1" in --prefix) prefix=$2 ;; *@*) package=\${1%@*} version=\${1#*@} ;; esac; shift; done
mkdir -p "$prefix/node_modules/$package/bin"
printf '#!/bin/sh\\n[ "$1" = --version ] && echo v%s || exec ${process.execPath} "$@"\\n' "$version" >"$prefix/node_modules/$package/bin/node"
chmod 755 "$prefix/node_modules/$package/bin/node"`;
  const chmod = `exec /bin/chmod "$@"`;

  it('stays when it is the wanted one', () => {
    const { said, did } = machine({
      uid: 0,
      ownNode: wanted,
      programs: { 'apt-get': apt, npm, chmod },
    }).run();
    expect(said).not.toContain('Node');
    expect(did.filter((line) => line.startsWith('npm'))).toEqual([]);
  });

  it.each(['24.1.0', '20.19.0', '26.0.0'])('is replaced when it is %s', (ownNode) => {
    const here = machine({ uid: 0, ownNode, programs: { 'apt-get': apt, npm, chmod } });
    const { status, said } = here.run();
    expect(said).toContain(`up: replacing Node v${ownNode} in .node/ with Node ${wanted}\n`);
    const { stdout } = spawnSync(join(here.clone, '.node/bin/node'), ['--version'], { encoding: 'utf8' });
    expect(stdout).toBe(`v${wanted}\n`);
    expect(status).toBe(0);
    expect(here.run().said).toBe('up: ready\n');
  });

  it('stays, with a message, when the wanted one cannot be installed', () => {
    const here = machine({ uid: 0, ownNode: '24.1.0', programs: { 'apt-get': apt, npm: 'exit 1' } });
    const { status, said } = here.run();
    expect(said).toContain(`up: Node ${wanted} could not be installed; continuing with v24.1.0\n`);
    expect(existsSync(join(here.clone, '.node/bin/node'))).toBe(true);
    expect(status).toBe(0);
  });
});
