/** Approving from a report that `dpxdt report --serve` shows. */

import { announce } from '../kit/announcer.tsx';
import { plural } from '../kit/format.ts';
import type { LocalReport } from '../../contract/files/local-report.ts';
import { setPicked } from './picks.ts';

let run = '';

/** Approvals are about this run and no later one. */
export function openApprovals({ startedAt }: LocalReport): void {
  run = startedAt;
}

/** Whether this report can approve by itself. */
export function isServed(): boolean {
  return document.querySelector('meta[name="dpxdt-approve"]') !== null;
}

interface Answer {
  approvals?: { name: string }[];
  message?: string;
}

/**
 * Makes the images of these tests their baselines and marks them; without names, of all that differ or are new.
 *
 * @returns whether it is done; otherwise it was said why not
 */
export async function approveNow(names: readonly string[]): Promise<boolean> {
  let answer: Answer;
  try {
    const response = await fetch('approve', { method: 'POST', body: JSON.stringify({ names, run }) });
    answer = (await response.json()) as Answer;
  } catch {
    answer = { message: 'The report is no longer served: start "dpxdt report --serve" again.' };
  }
  if (answer.approvals === undefined) {
    announce(`Not approved. ${answer.message ?? ''}`, { toast: true });
    return false;
  }
  setPicked(
    answer.approvals.map(({ name }) => name),
    true,
  );
  announce(`Approved ${plural(answer.approvals.length, 'test')}.`, { toast: true });
  return true;
}
