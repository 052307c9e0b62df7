import type { RunSearch } from '../address/addresses.ts';

/** The list state in an address, passed along from page to page. */
export function listSearch({ show = '', q = '', group = '', layout = '', mode = '' }: Partial<RunSearch>) {
  return { show, q, group, layout, mode };
}

/** The address of any run in the list, without its name. */
export type RunsSearch = ReturnType<typeof listSearch> & Pick<RunSearch, 'id' | 'name' | 'number'>;
