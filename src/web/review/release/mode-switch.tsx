import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import type { Release } from '../api/shapes.ts';

/** Whether the release page shows runs or changes, with how many there are. */
export function ModeSwitch({
  mode,
  release,
  runs,
  onMode,
}: {
  mode: 'runs' | 'changes';
  release: Release | null;
  runs: number;
  onMode: (mode: 'runs' | 'changes') => void;
}) {
  // While runs arrive, the count would change with each of them.
  const isSettled = release !== null && release.status !== 'receiving' && release.status !== 'processing';
  const { data: changes } = useQuery({ ...queries.changeCount(release?.id ?? 0), enabled: isSettled });
  const figures = { runs: release === null ? undefined : runs, changes };
  return (
    <div className="layout-switch mode-switch" role="group" aria-label="Review by">
      {(['runs', 'changes'] as const).map((each) => (
        <button
          key={each}
          type="button"
          className="tool"
          aria-pressed={mode === each}
          aria-keyshortcuts="Shift+G"
          title={each === 'runs' ? 'Run by run (Shift+G)' : 'By what changed, over all runs (Shift+G)'}
          onClick={() => onMode(each)}
        >
          {each === 'runs' ? 'Runs' : 'Changes'}
          <span className="mode-count muted tabular">{figures[each]?.toLocaleString('en-US')}</span>
        </button>
      ))}
    </div>
  );
}
