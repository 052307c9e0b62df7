import type { ReleaseTarget } from './release-outcome.ts';

/** What is waited for: that everything is compared, or that people have marked the release good or bad. */
export type WaitGoal = 'compared' | 'decision';

/**
 * The command that waits longer for a release, as a person may paste it into a shell.
 *
 * @param server where it must be said; null where environment or settings file say it
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

/** One word of a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w][\w./:@%+=,-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
