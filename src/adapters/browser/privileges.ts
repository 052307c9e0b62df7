import { readFileSync } from 'node:fs';

/** `auto` takes the sandbox where the kernel gives one and says once when it does not. */
export type SandboxMode = 'on' | 'off' | 'auto';

export interface LaunchPlan {
  sandbox: boolean;
  /** The user to become; undefined stays the present one. */
  user?: { uid: number; gid: number };
  /** What to tell the operator when this plan is the one that worked. */
  notice?: string;
}

const withoutSandbox =
  'The browser runs without its sandbox because it does not start with it on this machine. Capture only pages that you trust.';

/**
 * The ways to start the browser on this machine, best first. Chromium's sandbox refuses to work as root, so root
 * becomes an unprivileged user for the browser.
 */
export function launchPlans(
  mode: SandboxMode,
  me = process.getuid?.(),
  nobody = unprivilegedUser(),
): LaunchPlan[] {
  const user = me === 0 && nobody !== null ? { user: nobody } : {};
  if (mode === 'off') {
    return me === 0 && nobody !== null
      ? [{ sandbox: false, ...user }, { sandbox: false }]
      : [{ sandbox: false }];
  }
  const sandboxed: LaunchPlan[] = me === 0 && nobody === null ? [] : [{ sandbox: true, ...user }];
  if (mode === 'on') return sandboxed;
  const open: LaunchPlan[] = [{ sandbox: false, ...user, notice: withoutSandbox }];
  if ('user' in user) {
    open.push({
      sandbox: false,
      notice:
        'The browser runs as root and without its sandbox because it does not start otherwise on this machine. Capture only pages that you trust.',
    });
  }
  return [...sandboxed, ...open];
}

/** The system's `nobody`; null where there is none. */
function unprivilegedUser(): { uid: number; gid: number } | null {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith('nobody:'));
    const [, , uid, gid] = line?.split(':') ?? [];
    return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
  } catch {
    return null;
  }
}
