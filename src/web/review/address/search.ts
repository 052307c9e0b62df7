/** The part of an address after `?`, as plain text: its values are not JSON. */

export type Search = Readonly<Record<string, string>>;

/** Parses `?id=1&name=a+b` into names and values; the first of duplicate names wins. */
export function parseSearch(search: string): Search {
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    if (!Object.hasOwn(values, name)) Object.defineProperty(values, name, { value, enumerable: true });
  }
  return values;
}

/** The inverse; empty and absent values are left out. */
export function formatSearch(values: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') {
      search.append(name, String(value).toWellFormed());
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
