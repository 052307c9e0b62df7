import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { releaseKeyOf, type SideSearch } from '../address/addresses.ts';
import { toProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import type { Crumb } from '../frame/page.tsx';
import { useShortcuts } from '../keyboard/registry.ts';
import { listSearch } from './list-search.ts';
import type { RunDetail } from './use-run.ts';

export type Side = 'before' | 'diff' | 'after';

export const sides: readonly Side[] = ['before', 'diff', 'after'];
export const sideWords: Record<Side, string> = { before: 'Before', diff: 'Diff', after: 'After' };

export function sideOf({ type }: Pick<SideSearch, 'type'>): Side {
  return sides.find((side) => side === type) ?? 'after';
}

/** Shared by the pages about one side of a run: the run, and the link up to it. */
export function useSidePage(search: SideSearch): {
  detail: RunDetail | undefined;
  problem: ReturnType<typeof toProblem> | null;
  retry: () => void;
  crumbs: readonly Crumb[];
} {
  const { id, name, number, test } = search;
  const { data, error, refetch } = useQuery(queries.run({ ...releaseKeyOf(search), runName: test }));
  const list = listSearch(search);
  return {
    detail: data,
    problem: data === undefined && error !== null ? toProblem(error) : null,
    retry: () => void refetch(),
    crumbs: [
      { label: data?.build.name ?? `Build ${id}`, link: { to: '/build', search: { id } } },
      { label: `${name} #${number}`, link: { to: '/release', search: { ...list, id, name, number } } },
      { label: test, link: { to: '/run', search: runSearchOf(search) } },
    ],
  };
}

/** The run's address without parameters of its side pages. */
export function runSearchOf(search: SideSearch) {
  const { id, name, number, test, view = '', region = '', at = '' } = search;
  return { ...listSearch(search), id, name, number, test, view, region, at };
}

/** Tabs for the sides of a run that have content; keys `1 2 3`. */
export function SideTabs({
  search,
  to,
  available,
  children,
}: {
  search: SideSearch;
  to: '/log' | '/config';
  available: readonly Side[];
  children?: ReactNode;
}) {
  const navigate = useNavigate();
  const current = sideOf(search);
  const searchOf = (side: Side) => ({ ...runSearchOf(search), type: side });
  useShortcuts(
    'Look',
    sides.map((side, index) => ({
      keys: [String(index + 1)],
      does: sideWords[side].toLowerCase(),
      run: available.includes(side)
        ? () => void navigate({ to, search: searchOf(side), replace: true })
        : undefined,
    })),
  );
  return (
    <nav className="side-tabs line" aria-label="Sides">
      {available.map((side) => (
        <Link
          key={side}
          to={to}
          search={searchOf(side)}
          replace
          className="tool"
          aria-current={side === current ? 'page' : undefined}
          aria-keyshortcuts={String(sides.indexOf(side) + 1)}
        >
          {sideWords[side]}
        </Link>
      ))}
      <span className="spacer" />
      {children}
    </nav>
  );
}
