import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import type { Crumb } from '../../frame/page.tsx';

/** The build that a page below it is about; the smallest list of its releases carries it. */
export function useBuild(buildId: number) {
  const query = useQuery(queries.releases({ buildId, pageSize: 1 }));
  const build = query.data?.build;
  const crumbs: Crumb[] = [
    { label: build?.name ?? `Build ${buildId}`, link: { to: '/build', search: { id: String(buildId) } } },
  ];
  return { build, crumbs, error: query.error, retry: () => void query.refetch() };
}
