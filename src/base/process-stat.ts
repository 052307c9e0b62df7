/** One process as Linux tells of it in `/proc/PID/stat`. */
export interface ProcessStat {
  /** Process group and session, by the ids of their leaders. */
  group: number;
  session: number;
  /** It has ended: a zombie that its parent has not collected yet, or one that is just going. It holds nothing. */
  hasEnded: boolean;
}

/** @param text the whole content of `/proc/PID/stat` */
export function parseProcessStat(text: string): ProcessStat {
  // The command in parentheses may hold anything: the fields start after its last one.
  const [state = '', , group, session] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { group: Number(group), session: Number(session), hasEnded: /^[ZXx]$/.test(state) };
}
