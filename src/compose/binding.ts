import { isLoopbackHost } from '../domain/network/loopback.ts';
import { AppError } from '../base/errors.ts';

export interface BindingOptions {
  host: string;
  /** Null: off if only this machine can reach it, else on. */
  authentication: 'on' | 'off' | null;
  publicUrl: string | null;
}

export interface Binding {
  /** Personal use: bound to a loopback address, without a proxy for others. */
  isPersonal: boolean;
  authentication: 'on' | 'off';
  /** Without a trailing slash; null until the port is known. */
  publicUrl: string | null;
}

/**
 * Decides who may reach a server. One that other machines can reach needs authentication and a public URL.
 *
 * @throws AppError `invalid_argument`
 */
export function decideBinding({ host, authentication, publicUrl }: BindingOptions): Binding {
  const isLoopback = isLoopbackHost(host);
  const origin = publicUrl === null ? null : checkPublicUrl(publicUrl);
  const isPersonal = isLoopback && (origin === null || isLoopbackHost(hostOf(origin)));
  if (!isLoopback && authentication === 'off') {
    throw new AppError(
      'invalid_argument',
      `--auth off is only possible on a loopback address, but other machines can reach ${host}. Remove --auth off, or bind to 127.0.0.1.`,
    );
  }
  if (!isPersonal && authentication === 'off') {
    throw new AppError(
      'invalid_argument',
      `--auth off is only possible for this machine alone, but --public-url ${origin} names another host. Remove one of the two.`,
    );
  }
  if (!isLoopback && publicUrl === null) {
    throw new AppError(
      'invalid_argument',
      `A server bound to ${host} needs --public-url, its public address, such as https://dpxdt.example.org.`,
    );
  }
  return {
    isPersonal,
    authentication: authentication ?? (isPersonal ? 'off' : 'on'),
    publicUrl: origin,
  };
}

function hostOf(origin: string): string {
  return new URL(origin).hostname.replace(/^\[|\]$/g, '');
}

/** The address by which this machine reaches a server on a host. */
export function loopbackUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function checkPublicUrl(text: string): string {
  const url = URL.parse(text);
  const isPlain =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.search === '' &&
    url.hash === '';
  if (!isPlain) {
    throw new AppError(
      'invalid_argument',
      `--public-url must be an http or https address, such as https://dpxdt.example.org, got "${text.slice(0, 200)}".`,
    );
  }
  if (url.pathname !== '/') {
    throw new AppError(
      'invalid_argument',
      `--public-url must not have a path: the server must be at the root of its host. Got "${text.slice(0, 200)}".`,
    );
  }
  return url.origin;
}
