/** Which branches are main branches. */

/**
 * Whether a glob fits the whole of a text: `*` stands for any characters but `/`, `**` for any at all, `?` for one that
 * is not `/`; everything else for itself. Takes time in proportion to the product of both lengths, whatever they hold.
 */
export function matchesGlob(glob: string, text: string): boolean {
  const tokens = tokensOf(glob);
  // reached[i]: the first i tokens fit what was read so far.
  let reached = withEmptyStars(tokens, [true]);
  for (const character of text) {
    const next: boolean[] = [];
    for (let at = 0; at < tokens.length; at++) {
      if (reached[at] !== true) continue;
      const token = tokens[at]!;
      if (isStar(token)) {
        if (token === '**' || character !== '/') next[at] = true;
      } else if (token === '?' ? character !== '/' : token === `=${character}`) {
        next[at + 1] = true;
      }
    }
    if (next.length === 0) return false;
    reached = withEmptyStars(tokens, next);
  }
  return reached[tokens.length] === true;
}

/** `*`, `**`, `?`, or `=` and a character that stands for itself. */
function tokensOf(glob: string): string[] {
  return (glob.match(/\*+|[^*]/gsu) ?? []).map((part) => {
    if (part.startsWith('*')) return part.length === 1 ? '*' : '**';
    return part === '?' ? '?' : `=${part}`;
  });
}

const isStar = (token: string | undefined) => token === '*' || token === '**';

function withEmptyStars(tokens: readonly string[], reached: boolean[]): boolean[] {
  for (let at = 0; at < tokens.length; at++) {
    if (reached[at] === true && isStar(tokens[at])) reached[at + 1] = true;
  }
  return reached;
}

/** Names that are remembered per list of globs. */
const maxRemembered = 1_000;
const remembered = new WeakMap<readonly string[], Map<string, boolean>>();

/** Remembers its answers: the choice of one baseline asks about hundreds of releases. */
export function isMainBranch(branch: string | null, mainBranches: readonly string[]): boolean {
  if (branch === null) return false;
  const known = remembered.get(mainBranches) ?? new Map<string, boolean>();
  remembered.set(mainBranches, known);
  const before = known.get(branch);
  if (before !== undefined) return before;
  const isMain = mainBranches.some((glob) => matchesGlob(glob, branch));
  if (known.size >= maxRemembered) known.clear();
  known.set(branch, isMain);
  return isMain;
}

/**
 * The name of a branch as it is compared: without `refs/heads/`; null for what CI systems give in place of one, such
 * as `HEAD`, `pull/7` and the branches of a merge queue.
 */
export function branchNameOf(given: string | null): string | null {
  if (given === null) return null;
  const name = given.replace(/^refs\/heads\//, '');
  if (name === '' || name === 'HEAD' || name.startsWith('gh-readonly-queue/')) return null;
  if (/^(refs\/)?(pull|pull-requests|merge-requests)\/\d+(\/|$)/.test(name) || name.startsWith('refs/'))
    return null;
  return name;
}
