import type { Command } from 'commander';

/**
 * Turns flags in the original's spelling into flags with dashes: `--test_filter=a_b` becomes `--test-filter=a_b`. For flags
 * without a value, `--nowait` and `--wait=false` become `--no-wait`, `--wait=true` becomes `--wait`. Values and everything
 * after `--` are kept as is.
 *
 * @param switches names of the flags without a value, without `--`
 */
export function normaliseArguments(
  argv: readonly string[],
  switches: ReadonlySet<string> = new Set(),
): string[] {
  const end = argv.indexOf('--');
  return argv.map((argument, index) => {
    if (!argument.startsWith('--') || (end >= 0 && index >= end)) return argument;
    const [flag, ...rest] = argument.split('=');
    const name = flag!.slice(2).replaceAll('_', '-');
    if (rest.length > 0) {
      const value = rest.join('=');
      if (!switches.has(name) || !/^(true|false|1|0)$/i.test(value)) return `--${name}=${value}`;
      return /^(true|1)$/i.test(value) ? `--${name}` : `--no-${name}`;
    }
    const taken = /^no(?<of>[a-z].*)$/.exec(name)?.groups?.of;
    const isNegation = taken !== undefined && !switches.has(name) && switches.has(`no-${taken}`);
    return isNegation ? `--no-${taken}` : `--${name}`;
  });
}

/** The flags without a value of the called command. */
export function switchesOf(program: Command, argv: readonly string[]): Set<string> {
  let command = program;
  for (const argument of argv) {
    const child = command.commands.find((candidate) => candidate.name() === argument);
    if (child === undefined) break;
    command = child;
  }
  const flags = command.options.filter((option) => !option.required && !option.optional);
  return new Set(flags.flatMap(({ long }) => (typeof long === 'string' ? [long.slice(2)] : [])));
}
