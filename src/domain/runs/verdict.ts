/** Times are epoch milliseconds; images are named by their lower-case hex digest. */

export const verdicts = ['none', 'approved', 'rejected'] as const;
export type Verdict = (typeof verdicts)[number];

/** One person's approval of a run that needs those of several. */
export interface Approval {
  /** An actor. */
  by: string;
  at: number;
}

/** `person`: given to the run as a whole. `changes`: follows from decisions on its changes. `carried`: taken over. */
export const verdictSources = ['person', 'changes', 'carried'] as const;
export type VerdictSource = (typeof verdictSources)[number];

/** The run whose verdict counts here too, and the activity that it is written down in where a person judged it. */
export interface VerdictOrigin {
  runId: number;
  decisionId: number | null;
}

/** What was said about the image that a run had before its shard ran again. */
export interface EarlierVerdict {
  image: string;
  pixelsSha256: string | null;
  verdict: Exclude<Verdict, 'none'>;
  verdictBy: string | null;
  verdictAt: number | null;
  verdictOrigin: VerdictOrigin | null;
}
