/** The circumstances of a figure, and the section of RESULTS.md that it belongs to. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

/** E.g. `AMD EPYC, 2 cores, 24 GB, Node 24.21.0`; no host names or paths. */
export function describeMachine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = processors[0]?.model.trim() ?? process.arch;
  return `${model}, ${processors.length} cores, ${memory} GB, Node ${process.versions.node}`;
}

/** Short hash of the measured commit. */
export function describeCommit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
}

/** Load average of the last minute. */
export function recentLoad(): number {
  return loadavg()[0]!;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Replaces the section `name` of RESULTS.md, or appends it. */
export function writeResultsSection(name: string, text: string): void {
  const file = join(import.meta.dirname, 'RESULTS.md');
  const section = `<!-- ${name}:start -->\n${text.trim()}\n<!-- ${name}:end -->`;
  const old = existsSync(file) ? readFileSync(file, 'utf8') : '# Results of the benchmarks\n';
  const pattern = new RegExp(`<!-- ${name}:start -->[^]*<!-- ${name}:end -->`);
  writeFileSync(
    file,
    pattern.test(old) ? old.replace(pattern, () => section) : `${old.trimEnd()}\n\n${section}\n`,
  );
}
