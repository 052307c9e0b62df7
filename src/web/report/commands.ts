/** Shell commands to copy. */

import { shellWord } from '../../base/shell-word.ts';
import type { LocalReport } from '../../contract/files/local-report.ts';

/** `dpxdt approve DIR [names…]`; without names, everything that differs or is new. */
export function approveCommand(report: Pick<LocalReport, 'folder'>, names: readonly string[] = []): string {
  const dashes = names.some((name) => name.startsWith('-')) ? ['--'] : [];
  return ['dpxdt approve', ...[...dashes, report.folder, ...names].map(shellWord)].join(' ');
}

/** Approves a change in all tests that have it. */
export function approveChangeCommand(report: Pick<LocalReport, 'folder'>, id: string): string {
  return `dpxdt approve ${shellWord(report.folder)} --change ${id}`;
}

/** Runs one test again. */
export function retestCommand(report: Pick<LocalReport, 'folder' | 'command'>, name: string): string {
  const filter = name.replaceAll(/[:?*]/g, '?');
  return `dpxdt ${report.command} ${shellWord(report.folder)} --test_filter=${shellWord(filter)}`;
}
