/** The entries of a list setting, separated by commas or spaces. */
export function listOf(text: string | null): string[] {
  return (text ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
}
