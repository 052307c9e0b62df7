/** Exit statuses of every command. */
export const exitStatus = {
  ok: 0,
  differences: 1,
  usage: 2,
  failed: 3,
  nothingCompared: 4,
  server: 5,
  timedOut: 6,
  /** By Ctrl-C: 128 and the number of SIGINT. */
  interrupted: 130,
  /** By SIGTERM, as CI systems do. */
  terminated: 143,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** Priority when several apply: the first is the most important to a caller. */
const precedence: readonly ExitStatus[] = [130, 143, 2, 5, 6, 3, 1, 4, 0];

/** The most important of `statuses`; 0 for an empty list. */
export function combineExitStatuses(statuses: Iterable<ExitStatus>): ExitStatus {
  const all = new Set(statuses);
  return precedence.find((status) => all.has(status)) ?? exitStatus.ok;
}
