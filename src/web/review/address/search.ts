/** The part of an address after `?`, as plain text: what a person reads there is what it means. */

export type Search = Readonly<Record<string, string>>;

/** `?id=1&name=a+b` as names and values; of a name that comes twice the first counts. */
export function parseSearch(search: string): Search {
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    if (!Object.hasOwn(values, name)) Object.defineProperty(values, name, { value, enumerable: true });
  }
  return values;
}

/** The other way round; what is empty or absent is left out. */
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
