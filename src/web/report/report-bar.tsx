import type { LocalReport } from '../../contract/files/local-report.ts';
import { Icon } from '../kit/icon.tsx';
import { Mark } from '../kit/mark.tsx';
import { useTheme } from '../kit/theme.ts';
import { TopBar } from '../kit/top-bar.tsx';
import { MiddleCut } from '../kit/middle-cut.tsx';
import type { ReportEntry } from './report-model.ts';

interface ReportBarProps {
  report: LocalReport;
  entry: ReportEntry | null;
  onHome: () => void;
  onShortcuts: () => void;
}

const themeWords = { auto: 'same as system', light: 'light', dark: 'dark' } as const;

export function ReportBar({ report, entry, onHome, onShortcuts }: ReportBarProps) {
  const [theme, nextTheme] = useTheme();
  return (
    <>
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
      <TopBar
        mark={
          <button type="button" className="mark" onClick={onHome} aria-label="dpxdt: all tests">
            <Mark />
          </button>
        }
        up={
          entry !== null && (
            <button type="button" className="crumbs-up" onClick={onHome} title="Up to all tests (U)">
              <Icon name="previous" />
            </button>
          )
        }
        crumbs={
          entry === null
            ? []
            : [
                <button type="button" onClick={onHome} title="Up to all tests (U)">
                  <MiddleCut text={report.folder} />
                </button>,
              ]
        }
        title={
          entry === null ? (
            <span className="muted" title={report.folder}>
              <MiddleCut text={report.folder} />
            </span>
          ) : (
            <h1 className="crumb-test" tabIndex={-1}>
              <MiddleCut text={entry.test.name} />
            </h1>
          )
        }
      >
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
      </TopBar>
    </>
  );
}

function skipTargets(entry: ReportEntry | null): [id: string, words: string][] {
  if (entry === null) return [['main', 'Skip to tests']];
  const { before, after } = entry.test;
  return [
    ...(before === null && after === null ? [] : [['stage', 'Skip to images'] as [string, string]]),
    ['decision', 'Skip to decision'],
  ];
}
