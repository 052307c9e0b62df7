/** The search parameters of each page. Values are text, as the address bar shows them. */

export interface ReleaseSearch {
  id: string;
  name: string;
  number: string;
  /** Which runs are shown. */
  show?: string;
  q?: string;
  group?: string;
  layout?: string;
  /** `changes`: the changes of the release instead of its runs. */
  mode?: string;
  /** With `mode=changes`: the fingerprint of the change that is open. */
  change?: string;
  /** Opens the comments: `on`, or the thread with this id. */
  comments?: string;
}

export interface RunSearch extends ReleaseSearch {
  test: string;
  view?: string;
  /** From 1. */
  region?: string;
  /** `x,y,zoom`. */
  at?: string;
  /** `on` or `off`; without it, as the person last chose. */
  aligned?: string;
}

export interface SideSearch extends RunSearch {
  /** `before`, `diff` or `after`. */
  type: string;
}

/** Identifies a release. */
export interface ReleaseKey {
  buildId: number;
  releaseName: string;
  releaseNumber: number;
}

/** Identifies a run. */
export interface RunKey extends ReleaseKey {
  runName: string;
}

export function releaseSearch(release: {
  buildId: number;
  name: string;
  number: number;
}): Pick<ReleaseSearch, 'id' | 'name' | 'number'> {
  return { id: String(release.buildId), name: release.name, number: String(release.number) };
}

export function runSearch(
  release: { buildId: number; name: string; number: number },
  runName: string,
): Pick<RunSearch, 'id' | 'name' | 'number' | 'test'> {
  return { ...releaseSearch(release), test: runName };
}

export function releaseKeyOf(search: Pick<ReleaseSearch, 'id' | 'name' | 'number'>): ReleaseKey {
  return {
    buildId: wholeNumber(search.id),
    releaseName: search.name,
    releaseNumber: wholeNumber(search.number),
  };
}

/** Parses a number from an address; 0, which is never used, when it is not a number. */
export function wholeNumber(text: string): number {
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
}

/** Picks a page's fields from the address; missing required ones become empty text. */
export function readSearch<Required extends string, Optional extends string>(
  required: readonly Required[],
  optional: readonly Optional[] = [],
): (search: Record<string, unknown>) => Record<Required, string> & Partial<Record<Optional, string>> {
  return (search) => {
    const read = (name: string) => (typeof search[name] === 'string' ? search[name] : '');
    return {
      ...Object.fromEntries(required.map((name) => [name, read(name)])),
      ...Object.fromEntries(optional.map((name) => [name, read(name)]).filter(([, value]) => value !== '')),
    } as Record<Required, string> & Partial<Record<Optional, string>>;
  };
}
