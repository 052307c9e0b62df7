import type { LocalReport } from '../../contract/local-report.ts';
import { Icon } from '../kit/icon.tsx';
import { useTheme } from '../kit/theme.ts';
import { MiddleCut } from '../kit/middle-cut.tsx';
import type { ReportEntry } from './report-model.ts';

interface TopBarProps {
  report: LocalReport;
  entry: ReportEntry | null;
  onHome: () => void;
  onShortcuts: () => void;
}

const themeWords = { auto: 'as the system', light: 'light', dark: 'dark' } as const;

export function TopBar({ report, entry, onHome, onShortcuts }: TopBarProps) {
  const [theme, nextTheme] = useTheme();
  return (
    <header className="top-bar">
      {skipTargets(entry).map(([target, words]) => (
        <a
          key={target}
          className="skip-link"
          href={`#${target}`}
          onClick={(event) => {
            event.preventDefault();
            document.getElementById(target)?.focus();
          }}
        >
          {words}
        </a>
      ))}
      <button type="button" className="mark" onClick={onHome} aria-label="dpxdt: all tests">
        <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
          <rect x="1" y="1" width="12" height="12" rx="1" className="mark-back" />
          <rect x="7" y="7" width="12" height="12" rx="1" className="mark-front" />
          <rect x="7" y="7" width="6" height="6" className="mark-both" />
        </svg>
        <span>dpxdt</span>
      </button>
      <nav className="crumbs" aria-label="Where you are">
        {entry === null ? (
          <span className="crumb-folder" title={report.folder}>
            {report.folder}
          </span>
        ) : (
          <>
            <button type="button" className="crumb" onClick={onHome} title="Up to all tests (U)">
              <Icon name="previous" size={14} />
              <span className="crumb-folder">{report.folder}</span>
            </button>
            <span className="crumb-separator" aria-hidden="true">
              ›
            </span>
            <h1 className="crumb-test" tabIndex={-1}>
              <MiddleCut text={entry.test.name} />
            </h1>
          </>
        )}
      </nav>
      <button
        type="button"
        className="tool"
        onClick={nextTheme}
        aria-label={`Theme: ${themeWords[theme]}`}
        title={`Theme: ${themeWords[theme]}`}
      >
        <Icon name={theme} />
      </button>
      <button
        type="button"
        className="tool"
        onClick={onShortcuts}
        aria-label="Keyboard shortcuts"
        aria-keyshortcuts="?"
        title="Keyboard shortcuts (?)"
      >
        <Icon name="keyboard" />
      </button>
    </header>
  );
}

function skipTargets(entry: ReportEntry | null): [id: string, words: string][] {
  if (entry === null) return [['main', 'Skip to the tests']];
  const { before, after } = entry.test;
  return [
    ...(before === null && after === null ? [] : [['stage', 'Skip to the pictures'] as [string, string]]),
    ['decision', 'Skip to the decision'],
  ];
}
