import { shellWord } from '../base/shell-word.ts';
import type { ReleaseTarget } from './release-outcome.ts';

/** What to wait for: all comparisons, or a decision on the release. */
export type WaitGoal = 'compared' | 'decision';

/**
 * The command that waits longer for a release, ready to paste into a shell.
 *
 * @param server the address to include; null if the environment or the settings file has it
 */
export function waitCommand(
  { buildId, releaseName, releaseNumber }: ReleaseTarget,
  goal: WaitGoal,
  server: string | null = null,
): string {
  return [
    'dpxdt wait',
    ...(server === null ? [] : [`--server ${shellWord(server)}`]),
    `--build ${buildId}`,
    `--release ${shellWord(releaseName)}`,
    `--number ${releaseNumber}`,
    ...(goal === 'compared' ? ['--for compared'] : []),
  ].join(' ');
}
