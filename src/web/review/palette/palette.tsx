import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { CommandPalette } from '../../kit/command-palette.tsx';
import type { Command } from '../../kit/find-commands.ts';
import { pressKey } from '../../kit/keys.ts';
import { releaseKeyOf, releaseSearch, wholeNumber } from '../address/addresses.ts';
import { parseSearch } from '../address/search.ts';
import { queries } from '../api/queries.ts';
import { useShownShortcuts } from '../keyboard/registry.ts';
import { stateOf } from '../runs/run-row.ts';
import { releaseStateIcons, releaseStateWords, runStateIcons, runStateWords } from '../runs/run-states.ts';
import { openVisit } from '../visit/visit.ts';

/** The most that are asked for; the pages of builds and releases have the others. */
const pageSize = 200;

/** The palette of this page: actions with their keys, the runs of the open release, releases, builds, settings. */
export function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const { pathname, searchStr } = useLocation();
  const search = parseSearch(searchStr) as Record<string, string | undefined>;
  const buildId = wholeNumber(search['id'] ?? search['build_id'] ?? '');
  const builds = useQuery(queries.builds({ pageSize }));
  const releases = useQuery({ ...queries.releases({ buildId, pageSize }), enabled: buildId > 0 });
  const shortcuts = useShownShortcuts();
  const { id = '', name, number } = search;
  const isInRelease = name !== undefined && number !== undefined && buildId > 0;

  const runs = useMemo((): Command[] => {
    if (!isInRelease) return [];
    const release = { id, name, number };
    const visit = openVisit(releaseKeyOf(release));
    if (visit === null) return [];
    return visit.store.state.order.flatMap((runId) => {
      const row = visit.store.row(runId);
      if (row === undefined) return [];
      const state = stateOf(row);
      return {
        id: `run ${runId}`,
        kind: 'Runs of this release',
        title: row.name,
        detail: runStateWords[state],
        icon: runStateIcons[state],
        run: () => void navigate({ to: '/run', search: { ...release, test: row.name } }),
      };
    });
  }, [isInRelease, id, name, number, navigate]);

  const actions = useMemo(
    (): Command[] =>
      shortcuts.flatMap(({ title, shortcuts: some }) =>
        some.map(({ shown, does, key }) => ({
          id: `key ${title} ${shown} ${does}`,
          kind: 'Actions on this page',
          title: does.charAt(0).toUpperCase() + does.slice(1),
          detail: title,
          icon: 'keyboard',
          keys: shown,
          run: () => void pressKey(key),
        })),
      ),
    [shortcuts],
  );

  const places = useMemo((): Command[] => {
    const go = (to: string, of: object = {}) => {
      const target = { to, search: of } as Parameters<typeof navigate>[0];
      return () => void navigate(target);
    };
    const ofBuild = { build_id: String(buildId) };
    const settings: readonly (readonly [title: string, to: string, search: object])[] = [
      ...(buildId === 0
        ? []
        : ([
            ['Settings of this build', '/settings', ofBuild],
            ['Admins of this build', '/admins', ofBuild],
            ['API keys of this build', '/api_keys', ofBuild],
            ['Activity of this build', '/activity', ofBuild],
          ] as const)),
      ['All builds', '/', {}],
      ['Create a build', '/new', {}],
      ['Work queues', '/api/work_queue', {}],
      ['Your account', '/whoami', {}],
    ];
    return [
      ...(releases.data?.releases ?? []).map(({ release }): Command => ({
        id: `release ${release.id}`,
        kind: 'Releases of this build',
        title: `${release.name} #${release.number}`,
        detail: releaseStateWords[release.status],
        icon: releaseStateIcons[release.status],
        run: go('/release', releaseSearch(release)),
      })),
      ...(builds.data?.builds ?? []).map(({ build }): Command => ({
        id: `build ${build.id}`,
        kind: 'Builds',
        title: build.name,
        icon: 'grid',
        run: go('/build', { id: String(build.id) }),
      })),
      ...settings.map(([title, to, of]): Command => ({
        id: `place ${to}`,
        kind: 'Pages and settings',
        title,
        run: go(to, of),
      })),
    ];
  }, [releases.data, builds.data, buildId, navigate]);

  const commands = useMemo(() => [...runs, ...places, ...actions], [runs, places, actions]);
  const isLoading = builds.isPending || (buildId > 0 && releases.isPending);
  return <CommandPalette key={pathname} commands={commands} isLoading={isLoading} onClose={onClose} />;
}
