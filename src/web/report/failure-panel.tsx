import { useMemo } from 'react';
import type { LocalReport } from '../../contract/local-report.ts';
import { Icon } from '../kit/icon.tsx';
import { LogLines } from './capture-log.tsx';
import { CommandLine } from './command-line.tsx';
import { approveCommand, retestCommand } from './commands.ts';
import { parseLog } from '../kit/log-model.ts';
import type { ReportEntry } from './report-model.ts';
import { failureAdviceOf, failureTitle } from '../kit/failure-words.ts';
import { plural } from '../kit/format.ts';

const lastLines = 20;

/** Why a test failed, what to do, and the end of its log. */
export function FailurePanel({ report, entry }: { report: LocalReport; entry: ReportEntry }) {
  const { test } = entry;
  const lines = useMemo(() => parseLog(test.log), [test.log]);
  if (test.failure === null || test.state !== 'failed') return null;
  const advice = failureAdviceOf(test.failure);
  const canApprove = test.after !== null;
  return (
    <section className="failure" aria-labelledby="failure-title">
      <h2 id="failure-title">
        <Icon name="failed" />
        {failureTitle(test.failure)}
      </h2>
      <p className="failure-message">{test.failure.message}</p>
      {advice !== null && <p>{advice}</p>}
      {test.attempts > 1 && <p className="muted">Tried {plural(test.attempts, 'time')}.</p>}
      <CommandLine
        label={canApprove ? 'Make it the reference' : 'Run it again'}
        command={canApprove ? approveCommand(report, [test.name]) : retestCommand(report, test.name)}
      />
      {lines.length > 0 && (
        <>
          <h3>
            {lines.length > lastLines
              ? `The last ${lastLines} of ${plural(lines.length, 'line')} of its log`
              : 'Its log'}
          </h3>
          <LogLines lines={lines.slice(-lastLines)} />
        </>
      )}
    </section>
  );
}
