import { useMemo } from 'react';
import type { LocalReport } from '../../contract/files/local-report.ts';
import { failureAdviceOf, failureTitle } from '../kit/failure-words.ts';
import { plural } from '../kit/format.ts';
import { parseLog } from '../kit/log-model.ts';
import { LogTail, StatePanel } from '../kit/state-panel.tsx';
import { CommandLine } from './command-line.tsx';
import { approveCommand, retestCommand } from './commands.ts';
import { imageAddress } from './report-images.ts';
import type { ReportEntry } from './report-model.ts';

/** Why a test failed, what to do, and the end of its log. */
export function FailurePanel({ report, entry }: { report: LocalReport; entry: ReportEntry }) {
  const { test } = entry;
  const lines = useMemo(() => parseLog(test.log), [test.log]);
  const shown = test.failureImage;
  const image = useMemo(() => (shown === undefined ? null : imageAddress(shown)), [shown]);
  if (test.failure === null || test.state !== 'failed') return null;
  const advice = failureAdviceOf(test.failure);
  const canApprove = test.after !== null;
  return (
    <StatePanel className="failure" state="failed" icon="failed" title={failureTitle(test.failure)}>
      <p className="state-message">{test.failure.message}</p>
      {advice !== null && <p>{advice}</p>}
      {test.attempts > 1 && <p className="muted">Tried {plural(test.attempts, 'time')}.</p>}
      <CommandLine
        label={canApprove ? 'Make it the baseline' : 'Run it again'}
        command={canApprove ? approveCommand(report, [test.name]) : retestCommand(report, test.name)}
      />
      {image !== null && <img className="failure-image" src={image} alt="The window when the step failed" />}
      <LogTail lines={lines} label="Log" />
    </StatePanel>
  );
}
