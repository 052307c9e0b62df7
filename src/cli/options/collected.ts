/** The values of a flag that may be repeated, in order. */
export function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
