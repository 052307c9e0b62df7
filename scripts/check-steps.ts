/** The steps of the gate and their groups. */
export interface Step {
  name: string;
  groups: readonly string[];
  /** A program of `node_modules/.bin`, or `node`, with its arguments. */
  command: readonly string[];
  /** Prints progress. */
  isTest?: true;
  /** Not part of a full check: another step covers it, or it takes minutes and few changes touch it. */
  onlyWhenNamed?: true;
}

/** TypeScript's native compiler; `typescript` beside it is the one whose API the lint rules and scripts need. */
const nativeCompiler = 'node_modules/typescript-native/bin/tsc';

/** Looks only at files whose content changed: what these steps say of a file depends on no other. */
const cached = (name: string): string[] => [
  '--cache',
  '--cache-strategy',
  'content',
  '--cache-location',
  `node_modules/.cache/${name}`,
];

const tests = (project: string, ...groups: string[]): Step => ({
  name: project,
  groups,
  command: ['vitest', 'run', '--project', project],
  isTest: true,
});

/**
 * In the order in which they start, two at a time. After two that take seconds and fail early, what takes long comes first,
 * so that nothing long is left at the end.
 */
export const steps: readonly Step[] = [
  { name: 'types', groups: ['static', 'quick'], command: ['node', nativeCompiler, '--noEmit'] },
  { name: 'layers', groups: ['static', 'quick'], command: ['node', 'scripts/check-layers.ts'] },
  tests('store', 'tests'),
  tests('ui'),
  tests('browser', 'browsers'),
  tests('api', 'tests'),
  tests('e2e', 'browsers'),
  tests('unit', 'tests', 'quick'),
  tests('s3'),
  {
    name: 'fast-lint',
    groups: ['static', 'quick'],
    command: ['eslint', ...cached('check-lint'), '--config', 'eslint.fast.config.js', '.'],
  },
  // With the rules that need types: six times as long.
  { name: 'lint', groups: ['long'], command: ['eslint', '.'], onlyWhenNamed: true },
  {
    name: 'format',
    groups: ['static'],
    command: ['prettier', ...cached('check-format'), '--check', '--log-level', 'warn', '.'],
  },
  { name: 'dead-code', groups: ['static'], command: ['node', 'scripts/dead-code.ts'] },
  { ...tests('deploy'), onlyWhenNamed: true },
  { ...tests('long'), onlyWhenNamed: true },
];
