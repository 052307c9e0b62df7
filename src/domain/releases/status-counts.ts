/** A release's runs by state. */
export interface StatusCounts {
  total: number;
  /** Waiting for a capture or a comparison. */
  waiting: number;
  /** Differs and has no verdict. */
  undecided: number;
  approved: number;
  rejected: number;
  /** Compared without differences. */
  same: number;
  /** Of `same`: those with forgiven pixels. */
  forgiven: number;
  /** No baseline. */
  new: number;
  failed: number;
  /** Of `failed`: those that a person accepted with a reason. */
  accepted: number;
  /** Of those with a verdict: those that took it over from an earlier one. */
  carried: number;
  /** Undecided or new runs that some of the people who must approve them have approved; part of those counts. */
  partlyApproved: number;
  /** Pages of the baseline that the release does not have, and whose removal no person has confirmed; part of no other count. */
  missing: number;
  /** Of `missing`: those that a new page of the release shows under another name; each is one of `new` too, until it is judged. */
  renamed: number;
}
