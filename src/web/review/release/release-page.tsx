import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { releaseKeyOf, type ReleaseSearch } from '../address/addresses.ts';
import { Page } from '../frame/page.tsx';
import { ReleaseProblem } from '../states/release-problem.tsx';
import { ReleaseScreen } from './release-screen.tsx';
import { useFeed, useReleaseState, useVisit } from '../visit/visit.ts';

/** A release: what differs, what failed, and the decision. */
export function ReleasePage(): ReactNode {
  const search: ReleaseSearch = useSearch({ from: '/release' });
  const key = releaseKeyOf(search);
  return <Visited key={`${key.buildId}/${key.releaseNumber}/${key.releaseName}`} search={search} />;
}

function Visited({ search }: { search: ReleaseSearch }) {
  const visit = useVisit(releaseKeyOf(search));
  const { problem } = useFeed(visit);
  const { build } = useReleaseState(visit.store);
  const crumb = {
    label: build?.name ?? `Build ${search.id}`,
    link: { to: '/build', search: { id: search.id } } as const,
  };
  if (problem !== null) {
    return (
      <Page title={`${search.name} #${search.number}`} crumbs={[crumb]}>
        <ReleaseProblem buildId={search.id} error={problem} onRetry={() => visit.feed.reload()} />
      </Page>
    );
  }
  return <ReleaseScreen visit={visit} search={search} />;
}
