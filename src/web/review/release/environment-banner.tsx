import { useMemo } from 'react';
import { summarizeEnvironments } from '../../../domain/capture/environment.ts';
import { Banner } from '../../kit/banner.tsx';
import { isDifference } from '../runs/run-row.ts';
import { useReleaseState, type Visit } from '../visit/visit.ts';

/** Says that the browser, the fonts or the like changed since the baselines, where runs differ; else nothing. */
export function EnvironmentBanner({ visit: { store } }: { visit: Visit }) {
  const state = useReleaseState(store);
  const sentences = useMemo(
    () =>
      state.release === null
        ? []
        : summarizeEnvironments(
            [...store.rows()].map((row) => ({ change: row.environmentChange, differs: isDifference(row) })),
          ),
    [store, state],
  );
  if (sentences.length === 0) return null;
  return <Banner tone="plain">{sentences.join(' ')}</Banner>;
}
