import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Section } from '../../kit/details-panel.tsx';
import { MiddleCut, visibleText } from '../../kit/middle-cut.tsx';
import { releaseSearch, runSearch } from '../address/addresses.ts';
import { shortCommit } from '../source/forge-links.ts';
import { HistoryWarning } from '../source/history-warning.tsx';
import { CompareWithDialog } from './compare-with-dialog.tsx';
import { lostBaselineSentence } from './run-words.ts';
import type { RunDetail } from './use-run.ts';

/** What the run is compared with and why, what else there was, and another choice. */
export function BaselineSection({ detail, mayReview }: { detail: RunDetail; mayReview: boolean }) {
  const { run, release, baselineReason, baselineRelease, baseline } = detail;
  const [isChoosing, setChoosing] = useState(false);
  const lost = lostBaselineSentence(detail);
  const candidates = baseline?.candidates ?? [];
  const mayChoose =
    mayReview && release.status !== 'good' && release.status !== 'bad' && run.current.image !== null;
  return (
    <Section title="Baseline" open>
      {lost !== null && <p className="run-lost-baseline">{lost}</p>}
      <p>
        {visibleText(baselineReason)}
        {baselineRelease !== null && (
          <>
            {' '}
            <Link to="/run" search={{ ...releaseSearch(baselineRelease), test: run.name }}>
              Open it there
            </Link>
          </>
        )}
      </p>
      <HistoryWarning release={release} />
      {candidates.length > 0 && (
        <>
          <h3 className="text-12 muted">Not chosen</h3>
          <ul className="run-candidates">
            {candidates.map((candidate) => {
              const { releaseName: name, releaseNumber: number, commit, branch } = candidate;
              const other = { buildId: run.buildId, name, number };
              const place = [branch, commit === null ? null : shortCommit(commit)]
                .filter(Boolean)
                .join(' at ');
              return (
                <li key={candidate.releaseId}>
                  {candidate.runId === null ? (
                    <Link to="/release" search={releaseSearch(other)}>
                      <MiddleCut text={`${name} #${number}`} />
                    </Link>
                  ) : (
                    <Link to="/run" search={runSearch(other, run.name)}>
                      <MiddleCut text={`${name} #${number}`} />
                    </Link>
                  )}
                  <span className="muted text-12">
                    {place !== '' && `${visibleText(place)}: `}
                    {candidate.why}
                  </span>
                </li>
              );
            })}
          </ul>
        </>
      )}
      {mayChoose && (
        <button type="button" className="button small" onClick={() => setChoosing(true)}>
          Compare with another…
        </button>
      )}
      {isChoosing && <CompareWithDialog detail={detail} onClose={() => setChoosing(false)} />}
    </Section>
  );
}
