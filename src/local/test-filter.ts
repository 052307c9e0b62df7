/**
 * Test filters in googletest's syntax: patterns joined with `:`, any of which may match; patterns after the first `-`
 * exclude. `*` matches any text, `?` any one character. A part that equals the name of a test selects that test, even if
 * the name contains dashes.
 */

/** Whether a whole name matches a pattern with `*` and `?`. Linear in the name for every star. */
export function matchesPattern(pattern: string, name: string): boolean {
  const wanted = [...pattern];
  const given = [...name];
  let patternAt = 0;
  let nameAt = 0;
  let starAt = -1;
  let starNameAt = 0;
  while (nameAt < given.length) {
    const step = wanted[patternAt];
    if (step === '*') {
      starAt = patternAt++;
      starNameAt = nameAt;
    } else if (step === '?' || step === given[nameAt]) {
      patternAt++;
      nameAt++;
    } else if (starAt >= 0) {
      patternAt = starAt + 1;
      nameAt = ++starNameAt;
    } else {
      return false;
    }
  }
  while (wanted[patternAt] === '*') patternAt++;
  return patternAt === wanted.length;
}

/**
 * @param filter for example `home*:cart-*phone`; empty means everything
 * @param names every existing name: a part of the filter that equals one of them is taken literally
 * @returns whether a test of that name is selected
 */
export function createTestFilter(filter: string, names: Iterable<string>): (name: string) => boolean {
  const known = new Set(names);
  const wanted: string[] = [];
  const unwanted: string[] = [];
  let isNegative = false;
  if (filter !== '' && known.has(filter)) return (name) => name === filter;
  for (const part of filter.split(':')) {
    const dash = isNegative || known.has(part) ? -1 : part.indexOf('-');
    const before = dash < 0 ? part : part.slice(0, dash);
    if (before !== '') (isNegative ? unwanted : wanted).push(before);
    if (dash < 0) continue;
    isNegative = true;
    if (dash + 1 < part.length) unwanted.push(part.slice(dash + 1));
  }
  const matches = (pattern: string, name: string): boolean =>
    pattern === name || matchesPattern(pattern, name);
  return (name) =>
    (wanted.length === 0 || wanted.some((pattern) => matches(pattern, name))) &&
    !unwanted.some((pattern) => matches(pattern, name));
}
