import type { RunSearch } from '../address/addresses.ts';

/** What an address says about the list of runs: it is carried along from page to page. */
export function listSearch({ show = '', q = '', group = '', layout = '' }: Partial<RunSearch>) {
  return { show, q, group, layout };
}

/** The address of any run in the list, but for its name. */
export type RunsSearch = ReturnType<typeof listSearch> & Pick<RunSearch, 'id' | 'name' | 'number'>;
