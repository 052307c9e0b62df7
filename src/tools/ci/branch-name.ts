/** Names that CI systems give to what is no branch. */
const notABranch = [
  /^HEAD$/,
  /^refs\/(?!heads\/)/,
  // CircleCI and others name a fork's pull request this way; GitHub its test merge as `7/merge`.
  /^(pull|pulls|pull-requests|merge-requests|changes)\/\d+(\/|$)/,
  /^\d+\/(merge|head)$/,
  /^gh-readonly-queue\//,
];

/** The branch in a ref or a name, without `refs/heads/`; null where it names no branch. */
export function branchName(text: unknown): string | null {
  if (typeof text !== 'string' || text === '' || notABranch.some((pattern) => pattern.test(text)))
    return null;
  const name = text.replace(/^refs\/heads\//, '');
  return name === '' || name === 'HEAD' ? null : name;
}
