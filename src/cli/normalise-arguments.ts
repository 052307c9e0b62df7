/**
 * Flags with underscores, as the original spelt them, become flags with dashes: `--test_filter=a_b` is
 * `--test-filter=a_b`. Values and everything after `--` stay as they are.
 */
export function normaliseArguments(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((argument, index) => {
    if (!argument.startsWith('--') || (end >= 0 && index >= end)) return argument;
    const [flag, ...value] = argument.split('=');
    return [flag!.replaceAll('_', '-'), ...value].join('=');
  });
}
