/** Hosts that forges give to SSH alone. */
const sshHosts: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
};

const maxLength = 500;

/**
 * What a repository is called whichever way it is reached: `host/path` in lower case, without credentials and `.git`.
 * `git@github.com:Shop/Web.git` and `https://user:token@github.com/shop/web` are both `github.com/shop/web`.
 *
 * @returns null for a path on this machine, and for what is no address
 */
export function repositoryAddress(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  const parts = text.includes('://') ? ofUrl(text) : ofScpAddress(text);
  if (parts === null) return null;
  const path = parts.path
    .replace(/[/]+/g, '/')
    .replace(/^\/|\/$/g, '')
    .replace(/\.git$/i, '');
  const { host, path: knownPath } = known(parts.host.toLowerCase(), path.toLowerCase());
  if (host === '' || knownPath === '' || /[\s\u0000-\u001f\u007f]/.test(host + knownPath)) return null;
  const address = `${host}/${knownPath}`;
  return address.length <= maxLength ? address : null;
}

interface Parts {
  host: string;
  path: string;
}

function ofUrl(text: string): Parts | null {
  const url = URL.parse(text);
  if (url === null) return null;
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  if (!isWeb && !['ssh:', 'git+ssh:', 'git:'].includes(url.protocol)) return null;
  // The port of SSH says nothing about the place; that of a web server tells two servers of a host apart.
  return { host: isWeb ? url.host : url.hostname, path: decoded(url.pathname) };
}

/** `user@host:path`; a path has no colon before its first slash. */
function ofScpAddress(text: string): Parts | null {
  const [, host, path] = /^(?:[^@/:\s]+@)?([^@/:\s]{2,}):(?!\/\/)(.+)$/.exec(text) ?? [];
  return host === undefined || path === undefined ? null : { host, path };
}

function known(host: string, path: string): Parts {
  const [, azurePath] = (host === 'ssh.dev.azure.com' && /^v3\/(.+)$/.exec(path)) || [];
  const [organisation, project, name] = azurePath?.split('/') ?? [];
  if (organisation && project && name) {
    return { host: 'dev.azure.com', path: `${organisation}/${project}/_git/${name}` };
  }
  return { host: sshHosts[host] ?? host, path };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
