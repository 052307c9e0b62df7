import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { releaseKeyOf, type ReleaseSearch } from '../address/addresses.ts';
import { ProblemPage } from '../states/problem.tsx';
import { ReleaseScreen } from './release-screen.tsx';
import { useFeed, useVisit } from '../visit/visit.ts';

/** A release: what differs, what failed, and the decision. */
export function ReleasePage(): ReactNode {
  const search: ReleaseSearch = useSearch({ from: '/release' });
  const key = releaseKeyOf(search);
  return <Visited key={`${key.buildId}/${key.releaseNumber}/${key.releaseName}`} search={search} />;
}

function Visited({ search }: { search: ReleaseSearch }) {
  const visit = useVisit(releaseKeyOf(search));
  const { problem } = useFeed(visit);
  if (problem !== null) {
    return (
      <ProblemPage
        title={`${search.name} #${search.number}`}
        error={problem}
        onRetry={() => visit.feed.reload()}
        crumbs={[{ label: 'Build', link: { to: '/build', search: { id: search.id } } }]}
      />
    );
  }
  return <ReleaseScreen visit={visit} search={search} />;
}
