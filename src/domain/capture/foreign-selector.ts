/** Recognizes selectors that only other tools understand. */

const foreign =
  /^(text|role|id|data-testid|data-test-id|data-test|label|placeholder|alt|title|xpath|css|internal:[a-z-]+)=|^(\/\/|\.\.)|^getBy[A-Z]|:(has-text|text|text-is|text-matches|visible|contains|eq|nth-match)\b|^aria\/|^pierce\//i;

/** The end of a sentence about a selector that is not valid CSS: empty unless it is written for another tool. */
export function foreignSelectorHint(selector: string): string {
  return foreign.test(selector.trim())
    ? ' Selectors of other tools, by text, role or XPath, are not known here: use CSS, such as [data-testid="menu"].'
    : '';
}
