import { readFileSync } from 'node:fs';

/** `auto` uses the sandbox if the kernel supports it and reports once if it does not. */
export type SandboxMode = 'on' | 'off' | 'auto';

export interface LaunchPlan {
  sandbox: boolean;
  /** The user to switch to; undefined: no switch. */
  user?: { uid: number; gid: number };
  /** What to report to the operator if this plan is the one that worked. */
  notice?: string;
}

const withoutSandbox =
  'The browser runs without its sandbox because it does not start with it on this machine. Capture only pages that you trust.';

/**
 * The ways to start the browser on this machine, best first. Chromium's sandbox does not work as root, so root
 * switches to an unprivileged user for the browser.
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

/** The system's user `nobody`; null if there is none. */
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
