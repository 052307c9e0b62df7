/** A process according to Linux's `/proc/PID/stat`. */
export interface ProcessStat {
  /** Process group and session, by the ids of their leaders. */
  group: number;
  session: number;
  /** It has ended: a zombie not yet reaped by its parent, or an exiting process. It holds no resources. */
  hasEnded: boolean;
}

/** @param text the whole content of `/proc/PID/stat` */
export function parseProcessStat(text: string): ProcessStat {
  // The command in parentheses may contain any character: the fields start after the last parenthesis.
  const [state = '', , group, session] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { group: Number(group), session: Number(session), hasEnded: /^[ZXx]$/.test(state) };
}
