import { useEffect, useMemo, useRef, useState } from 'react';
import type { LocalReport } from '../../contract/files/local-report.ts';
import { changesOfReport } from '../../contract/files/report-changes.ts';
import { Announcer } from '../kit/announcer.tsx';
import { ShortcutsDialog } from '../kit/shortcuts-dialog.tsx';
import { useKeys } from '../kit/keys.ts';
import { ViewerEngine } from '../viewer/engine.ts';
import { navigate, useLocation } from './location.ts';
import { isServed } from './approve-now.ts';
import { openApprovals } from './approve-now.ts';
import { openPicks, undoPick } from './picks.ts';
import { announce } from '../kit/announcer.tsx';
import { headline, orderEntries } from './report-model.ts';
import { shortcuts } from './shortcuts.ts';
import { SummaryScreen } from './summary-screen.tsx';
import { TestScreen } from './test-screen.tsx';
import { ReportBar } from './report-bar.tsx';

export function App({ report }: { report: LocalReport | null }) {
  if (report === null)
    return (
      <main className="message muted">
        <h1>This report is empty</h1>
        <p>
          Run <code>dpxdt test DIR</code> to create one.
        </p>
      </main>
    );
  return <Report report={report} />;
}

function Report({ report }: { report: LocalReport }) {
  const entries = useMemo(() => {
    openPicks(report);
    openApprovals(report);
    return orderEntries(report);
  }, [report]);
  const changes = useMemo(() => changesOfReport(report), [report]);
  const [engine] = useState(() => new ViewerEngine());
  const testName = useLocation((location) => location.test);
  const open = useMemo(
    () => (testName === null ? null : (entries.find((entry) => entry.test.name === testName) ?? null)),
    [entries, testName],
  );
  const help = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    document.title =
      open === null
        ? `${headline(report)} · ${report.folder} · Depicted`
        : `${open.test.name} · ${report.folder} · Depicted`;
  }, [open, report]);

  useKeys({
    '?': () => help.current?.showModal(),
    'Ctrl+Z': () => {
      if (!isServed() && undoPick()) announce('Undone.', { toast: true });
    },
  });

  return (
    <>
      <ReportBar
        report={report}
        entry={open}
        onHome={() => navigate({ test: null, view: null, region: null, at: null, aligned: null }, 'push')}
        onShortcuts={() => help.current?.showModal()}
      />
      {open === null ? (
        <SummaryScreen report={report} entries={entries} changes={changes} missing={testName} />
      ) : (
        <TestScreen report={report} entries={entries} changes={changes} entry={open} engine={engine} />
      )}
      <ShortcutsDialog ref={help} groups={shortcuts} />
      <Announcer />
    </>
  );
}
