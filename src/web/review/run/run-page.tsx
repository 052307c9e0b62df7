import '../../viewer/viewer.css';
import './run.css';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { releaseKeyOf, type RunSearch } from '../address/addresses.ts';
import { Page, type Crumb } from '../frame/page.tsx';
import { useFeed, useReleaseState, useVisit } from '../visit/visit.ts';
import { ReleaseProblem } from '../states/release-problem.tsx';
import { listSearch } from './list-search.ts';
import { RunScreen } from './run-screen.tsx';

/** One run of a release: images, details and decision. */
export function RunPage() {
  const search: RunSearch = useSearch({ from: '/run' });
  const { id, name, number } = search;
  const key = useMemo(() => releaseKeyOf({ id, name, number }), [id, name, number]);
  const visit = useVisit(key);
  const feed = useFeed(visit);
  const { build } = useReleaseState(visit.store);
  const crumbs: Crumb[] = [
    {
      label: build?.name ?? `Build ${id}`,
      link: { to: '/build', search: { id } } as never,
    },
    {
      label: `${name} #${number}`,
      link: { to: '/release', search: { ...listSearch(search), id, name, number } } as never,
    },
  ];
  if (feed.problem !== null) {
    return (
      <Page title={search.test || 'Run'} crumbs={crumbs}>
        <ReleaseProblem buildId={id} error={feed.problem} onRetry={() => visit.feed.reload()} />
      </Page>
    );
  }
  return <RunScreen visit={visit} search={search} crumbs={crumbs} />;
}
