import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import type { Crumb } from '../../frame/page.tsx';

/** The build of a page below it, read from the shortest list of its releases. */
export function useBuild(buildId: number) {
  const query = useQuery(queries.releases({ buildId, pageSize: 1 }));
  const build = query.data?.build;
  const crumbs: Crumb[] = [
    { label: build?.name ?? `Build ${buildId}`, link: { to: '/build', search: { id: String(buildId) } } },
  ];
  return { build, crumbs, error: query.error, retry: () => void query.refetch() };
}
