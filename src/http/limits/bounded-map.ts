/** Maximum number of entries. */
const maxEntries = 10_000;

/** Sets an entry and evicts the oldest one when there are too many. */
export function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > maxEntries) map.delete(map.keys().next().value!);
}
