/** Names that CI systems use for something other than a branch. */
const notABranch = [
  /^HEAD$/,
  /^refs\/(?!heads\/)/,
  // CircleCI and others name a fork's pull request this way; GitHub names its test merge `7/merge`.
  /^(pull|pulls|pull-requests|merge-requests|changes)\/\d+(\/|$)/,
  /^\d+\/(merge|head)$/,
  /^gh-readonly-queue\//,
];

/** The branch in a ref or a name, without `refs/heads/`; null if it does not name a branch. */
export function branchName(text: unknown): string | null {
  if (typeof text !== 'string' || text === '' || notABranch.some((pattern) => pattern.test(text)))
    return null;
  const name = text.replace(/^refs\/heads\//, '');
  return name === '' || name === 'HEAD' ? null : name;
}
