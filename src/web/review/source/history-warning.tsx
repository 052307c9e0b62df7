import { CopyField } from '../../kit/copy-field.tsx';
import { visibleText } from '../../kit/middle-cut.tsx';
import type { Release } from '../api/shapes.ts';
import { fullCloneLine } from './forge-links.ts';
import './source.css';

/** Why the history of a release could not be read, and what to write into CI; nothing where all was read. */
export function HistoryWarning({ release }: { release: Release }) {
  const problem = historyProblem(release.historyNote);
  if (problem === null) return null;
  return (
    <div className="history-warning" role="note">
      <p>
        {problem.isShallow
          ? 'The clone is shallow, and the commits before it could not be fetched. Baselines are the newest accepted screenshots instead of those where the branch began.'
          : 'Git’s history could not be read. Baselines are the newest accepted screenshots.'}
        {problem.why !== '' && ` The reason: ${visibleText(problem.why)}`}
      </p>
      {problem.isShallow && <CopyField text={fullCloneLine(release)} label="Setting of the CI system" />}
    </div>
  );
}

/** What went wrong with a history; null where it was read, and where it was switched off. */
export function historyProblem(note: string | null): { isShallow: boolean; why: string } | null {
  const [, kind, why = ''] = /^(shallow|none)(?::\s*(.*))?$/s.exec(note ?? '') ?? [];
  if (kind === undefined || why === 'switched off') return null;
  return { isShallow: kind === 'shallow', why };
}
