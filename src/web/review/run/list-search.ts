import type { RunSearch } from '../address/addresses.ts';

/** The list state in an address, passed along from page to page. */
export function listSearch(search: Partial<RunSearch>) {
  const { show = '', q = '', group = '', layout = '', mode = '', change = '' } = search;
  return { show, q, group, layout, mode, change };
}

/** The address of any run in the list, without its name. */
export type RunsSearch = ReturnType<typeof listSearch> & Pick<RunSearch, 'id' | 'name' | 'number'>;
