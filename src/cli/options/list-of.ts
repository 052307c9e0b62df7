/** The entries of a setting that takes several, with commas or spaces between. */
export function listOf(text: string | null): string[] {
  return (text ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
}
