/** Two capture configs side by side. Pure. */

export type Config = Readonly<Record<string, unknown>>;

export interface ConfigRow {
  key: string;
  /** As text; null where the side has no such key. */
  before: string | null;
  after: string | null;
  differs: boolean;
}

/** Every key of both sides: the differing ones first, each group in the order of the after side. */
export function configRows(before: Config | null, after: Config | null): ConfigRow[] {
  const keys = [...new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])];
  const rows = keys.map((key) => {
    const texts = { before: textOf(before, key), after: textOf(after, key) };
    return { key, ...texts, differs: before !== null && after !== null && texts.before !== texts.after };
  });
  return [...rows.filter(({ differs }) => differs), ...rows.filter(({ differs }) => !differs)];
}

function textOf(config: Config | null, key: string): string | null {
  if (config === null || !Object.hasOwn(config, key)) return null;
  const value = config[key];
  return typeof value === 'string' ? value : JSON.stringify(sorted(value), null, 2);
}

/** Ignores the order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

/** An equivalent test for the local tool, with the address next to the config. */
export function yamlTest(name: string, config: Config): { tests: unknown[] } {
  const { targetUrl: url, ...rest } = config;
  return {
    tests: [
      { name, ...(url !== undefined && { url }), ...(Object.keys(rest).length > 0 && { config: rest }) },
    ],
  };
}
