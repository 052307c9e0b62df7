/** The reverse proxies of `deploy/`, run in front of test servers. */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployFolder, readDeployFile } from './deploy-files.ts';
import { freePort } from './free-port.ts';

export interface RunningProxy {
  /** `https://localhost:…`; its certificate is signed by no one. */
  url: string;
  stop(): Promise<void>;
}

export interface ProxyKind {
  name: string;
  /** Its configuration as shipped, with the addresses of these servers (`host:port`), in front of them. */
  start(upstreams: readonly string[]): Promise<RunningProxy>;
}

/** Null: the program is not installed. */
export function versionOf(program: string, argument: string): string | null {
  const { status, stdout, stderr } = spawnSync(program, [argument], { encoding: 'utf8' });
  return status === 0 ? `${stdout}${stderr}`.trim() : null;
}

export const nginx: ProxyKind = {
  name: 'nginx',
  async start(upstreams) {
    const [folder, port, plainPort] = [newFolder(), await freePort(), await freePort()];
    const { certificate, key } = selfSigned(folder);
    const server = /^ {2}server 10\.0\.0\.\d:5000( .*;)$/gm;
    const [, options] = [...readDeployFile('nginx/depicted.conf').matchAll(server)][0]!;
    let isFirst = true;
    const shipped = readDeployFile('nginx/depicted.conf')
      .replace(server, () => {
        const lines = isFirst ? upstreams.map((upstream) => `  server ${upstream}${options}`).join('\n') : '';
        isFirst = false;
        return lines;
      })
      .replace('listen 443 ssl http2;', `listen 127.0.0.1:${port} ssl http2;`)
      .replace('listen 80;', `listen 127.0.0.1:${plainPort};`)
      .replaceAll('dpxdt.example.org;', 'localhost;')
      .replace(/^( *ssl_certificate) .*$/m, `$1 ${certificate};`)
      .replace(/^( *ssl_certificate_key) .*$/m, `$1 ${key};`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${join(folder, kind)};`,
    );
    const file = join(folder, 'nginx.conf');
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${join(folder, 'pid')}; error_log stderr warn;
events { worker_connections 1024; }
http { access_log off; ${temporary.join(' ')}
${shipped}
}`,
    );
    return running('nginx', ['-p', folder, '-e', 'stderr', '-c', file], { port, folder, signal: 'SIGQUIT' });
  },
};

export const caddy: ProxyKind = {
  name: 'Caddy',
  async start(upstreams) {
    const [folder, port, plainPort] = [newFolder(), await freePort(), await freePort()];
    const { certificate, key } = selfSigned(folder);
    const file = join(folder, 'Caddyfile');
    // The certificate is a file, since a test cannot get one from an authority.
    const shipped = readDeployFile('caddy/Caddyfile').replace(
      '{$SITE:localhost} {',
      `{$SITE:localhost} {\n\ttls ${certificate} ${key}`,
    );
    writeFileSync(file, `{\n\tadmin off\n\thttp_port ${plainPort}\n\tskip_install_trust\n}\n${shipped}`);
    const env = {
      SITE: `https://localhost:${port}`,
      UPSTREAMS: upstreams.join(' '),
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
    };
    return running('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
      port,
      folder,
      signal: 'SIGTERM',
      env,
    });
  },
};

/** Problems that the programs find in the files as shipped. @returns their output; null if there are none */
export function caddyProblems(): string | null {
  const file = join(deployFolder, 'caddy', 'Caddyfile');
  const valid = spawnSync('caddy', ['validate', '--config', file, '--adapter', 'caddyfile'], {
    encoding: 'utf8',
  });
  if (valid.status !== 0) return valid.stdout + valid.stderr;
  const formatted = spawnSync('caddy', ['fmt', file], { encoding: 'utf8' });
  return formatted.stdout === readDeployFile('caddy/Caddyfile') ? null : 'caddy fmt would change it';
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'dpxdt-proxy-'));
}

function selfSigned(folder: string): { certificate: string; key: string } {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
  execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  return { certificate, key };
}

interface Place {
  port: number;
  folder: string;
  signal: NodeJS.Signals;
  env?: Record<string, string>;
}

async function running(program: string, args: string[], place: Place): Promise<RunningProxy> {
  mkdirSync(place.folder, { recursive: true });
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...place.env },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null) child.kill(place.signal);
    const cut = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(cut);
    rmSync(place.folder, { recursive: true, force: true });
  };
  while (!(await canConnect(place.port))) {
    if (child.exitCode === null) continue;
    await stop();
    throw new Error(`${program} does not start: ${said}`);
  }
  return { url: `https://localhost:${place.port}`, stop };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (isOpen: boolean) => {
      socket.destroy();
      setTimeout(() => resolve(isOpen), isOpen ? 0 : 50);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}
