/** The shells that run scripts of the YAML, and how each system starts them. */

import type { ScriptShell } from '../contract/files/local-config.ts';

export type { ScriptShell };

export interface ShellCall {
  program: string;
  words: string[];
  /** In a separate process group; on Windows that would open a window. */
  detached: boolean;
  windowsHide: boolean;
  /** The words are passed as they are: `cmd` reads quotes by its own rules. */
  windowsVerbatimArguments: boolean;
}

export function usualShell(platform: NodeJS.Platform): ScriptShell {
  return platform === 'win32' ? 'powershell' : 'bash';
}

export function shellCall(shell: ScriptShell, script: string, platform: NodeJS.Platform): ShellCall {
  const isWindows = platform === 'win32';
  const how = { detached: !isWindows, windowsHide: true, windowsVerbatimArguments: false };
  if (shell === 'bash' || shell === 'sh') return { program: shell, words: ['-c', script], ...how };
  if (shell === 'cmd') {
    return {
      program: 'cmd.exe',
      words: ['/d', '/s', '/c', `"${script.trim().replace(/\r?\n/g, ' & ')}"`],
      ...how,
      windowsVerbatimArguments: isWindows,
    };
  }
  // PowerShell 7 has the same name everywhere; the one that comes with Windows has not.
  const program = shell === 'pwsh' ? 'pwsh' : isWindows ? 'powershell.exe' : 'pwsh';
  return { program, words: ['-NoProfile', '-NonInteractive', '-Command', script], ...how };
}
