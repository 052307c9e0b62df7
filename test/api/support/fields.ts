/** Paths of everything in a value that says something, such as `builds[].build.name`; null says nothing. */
export function fieldsOf(value: unknown, path = ''): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return unique(value.flatMap((entry) => fieldsOf(entry, `${path}[]`)));
  if (typeof value !== 'object') return [path];
  return unique(
    Object.entries(value).flatMap(([key, entry]) => fieldsOf(entry, path === '' ? key : `${path}.${key}`)),
  );
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)].toSorted();
}
