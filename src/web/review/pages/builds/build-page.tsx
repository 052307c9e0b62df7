import { Chip } from '../../../kit/chip.tsx';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { Icon } from '../../../kit/icon.tsx';
import { MiddleCut, visibleText } from '../../../kit/middle-cut.tsx';
import { releaseSearch, wholeNumber } from '../../address/addresses.ts';
import { api } from '../../api/api.ts';
import { queries } from '../../api/queries.ts';
import type { Release } from '../../api/shapes.ts';
import { byActor } from '../../decisions/actor-name.ts';
import { Page } from '../../frame/page.tsx';
import { Age } from '../../../kit/age.tsx';
import { BranchFilter } from './branch-filter.tsx';
import { BuildTabs } from './build-tabs.tsx';
import { CountStrip } from './count-strip.tsx';
import { FirstReleaseCommands } from './first-release.tsx';
import { PartTag, ReleaseSource } from './release-source.tsx';
import { useRowKeys } from '../../keyboard/row-keys.ts';
import { ListFilter } from '../../keyboard/list-filter.tsx';
import { ReleaseMark } from '../../runs/state-mark.tsx';
import { ProblemBanner, ProblemPage } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import {
  groupByName,
  isMoving,
  shownAttempts,
  stateFilters,
  type NamedRelease,
  type ReleaseSummary,
} from './build-list.ts';
import '../pages.css';
import './build-page.css';

const pageSize = 100;
const movingMs = 3_000;
const restingMs = 30_000;

/** The releases of a build, their states, and the baseline. */
export function BuildPage() {
  const search = useSearch({ from: '/build' });
  const navigate = useNavigate({ from: '/build' });
  const buildId = wholeNumber(search.id);
  const status = stateFilters.find(([status]) => status === search.show)?.[0] || undefined;
  const text = search.q ?? '';
  const list = useRef<HTMLDivElement>(null);
  const keys = useRowKeys(list);
  const branch = search.branch ?? '';
  const filter = {
    buildId,
    status,
    ...(branch !== '' && { branch }),
    ...(text.trim() !== '' && { search: text.trim() }),
  };
  const query = useInfiniteQuery({
    queryKey: ['build', buildId, 'releases', 'pages', filter],
    queryFn: ({ pageParam, signal }) =>
      api.listReleases({ ...filter, pageSize, offset: pageParam }, { signal }),
    initialPageParam: 0,
    getNextPageParam: (page, pages) =>
      page.releases.length < pageSize ? undefined : pages.length * pageSize,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      isMoving(state.data?.pages.flatMap((page) => page.releases) ?? []) ? movingMs : restingMs,
  });
  const change = (next: { show?: string; branch?: string; q?: string }) =>
    void navigate({ search: { ...search, ...next }, replace: true });

  const newest = query.data?.pages[0];
  if (newest === undefined) {
    if (query.error !== null) {
      return <ProblemPage title="Build" error={query.error} onRetry={() => void query.refetch()} />;
    }
    return (
      <Page title="Build">
        <BuildTabs buildId={search.id} />
        <div className="column">
          <SkeletonRows rows={6} height={48} />
        </div>
      </Page>
    );
  }
  const { build, baseline, total } = newest;
  const releases = query.data!.pages.flatMap((page) => page.releases);
  const names = groupByName(releases);
  return (
    <Page
      title={build.name}
      state={build.isPublic ? <span className="tag muted text-12">Public</span> : undefined}
    >
      <BuildTabs buildId={search.id} />
      <div className="column" ref={list} {...keys}>
        {query.error !== null && <ProblemBanner error={query.error} onRetry={() => void query.refetch()} />}
        {total === 0 ? (
          <NoReleases buildId={buildId} />
        ) : (
          <>
            <Baseline baseline={baseline} />
            <div className="list-tools line">
              <div className="chips" role="group" aria-label="Show releases">
                {stateFilters.map(([state, words]) => (
                  <Chip
                    key={state}
                    pressed={state === (status ?? '')}
                    onClick={() => change({ show: state })}
                  >
                    {words}
                  </Chip>
                ))}
              </div>
              <BranchFilter buildId={buildId} branch={branch} onChange={(next) => change({ branch: next })} />
              <ListFilter value={text} label="Search releases" onChange={(q) => change({ q })} />
            </div>
            {names.length === 0 && (
              <p className="no-match muted">
                {text.trim() !== ''
                  ? `No releases match ‘${text.trim()}’. `
                  : branch !== ''
                    ? `No releases of ‘${visibleText(branch)}’${status === undefined ? '' : ' are in this state'}. `
                    : 'No release is in this state. '}
                <button
                  type="button"
                  className="link"
                  onClick={() => change({ show: '', branch: '', q: '' })}
                >
                  Clear filter
                </button>
              </p>
            )}
            {names.length > 0 && (
              <ul className="rows" aria-label="Releases">
                {names.map((named) => (
                  <NamedRows key={named.name} named={named} baselineId={baseline?.id ?? null} />
                ))}
              </ul>
            )}
            {query.hasNextPage && (
              <p className="list-more line text-12">
                <button
                  type="button"
                  className="button"
                  disabled={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  Older releases
                </button>
                <span className="muted">
                  {releases.length.toLocaleString('en-US')} of {total.toLocaleString('en-US')}
                </span>
              </p>
            )}
          </>
        )}
      </div>
    </Page>
  );
}

function Baseline({ baseline }: { baseline: Release | null }) {
  return (
    <p className="baseline line text-13">
      <Icon name={baseline === null ? 'info' : 'picked'} size={14} />
      {baseline === null ? (
        <span>No baseline yet. The first release marked good becomes the baseline.</span>
      ) : (
        <>
          <span>Baseline</span>
          <Link to="/release" search={releaseSearch(baseline)} className="quiet-link">
            <MiddleCut text={baseline.name} />
            <span className="attempt muted">#{baseline.number}</span>
          </Link>
          <span className="muted">
            marked good <Age at={baseline.statusAt} />
            {byActor(baseline.decidedBy)}
          </span>
        </>
      )}
    </p>
  );
}

function NamedRows({
  named: { name, attempts },
  baselineId,
}: {
  named: NamedRelease;
  baselineId: number | null;
}) {
  const [isOpen, setOpen] = useState(false);
  const [newest, ...earlier] = attempts;
  const shown = isOpen ? earlier : earlier.slice(0, shownAttempts - 1);
  const hidden = earlier.length - shown.length;
  return (
    <>
      <AttemptRow summary={newest!} name={name} isBaseline={newest!.release.id === baselineId} />
      {shown.map((summary) => (
        <AttemptRow
          key={summary.release.id}
          summary={summary}
          name={null}
          isBaseline={summary.release.id === baselineId}
        />
      ))}
      {hidden > 0 && (
        <li className="row release-row earlier">
          <button type="button" className="link" onClick={() => setOpen(true)}>
            {hidden} earlier {hidden === 1 ? 'attempt' : 'attempts'}
          </button>
        </li>
      )}
    </>
  );
}

function AttemptRow({
  summary: { release, counts },
  name,
  isBaseline,
}: {
  summary: ReleaseSummary;
  /** Null below the newest attempt of the same name. */
  name: string | null;
  isBaseline: boolean;
}) {
  const isDecided = release.status === 'good' || release.status === 'bad';
  return (
    <li className="row release-row" data-sub={name === null}>
      <span className="row-name line">
        <Link to="/release" search={releaseSearch(release)} data-row>
          {name !== null && <MiddleCut text={name} />}
          <span className="attempt muted">
            {name === null && <span className="visually-hidden">{release.name} </span>}#{release.number}
          </span>
        </Link>
        {isBaseline && (
          <span className="tag muted text-12" data-tone="good">
            Baseline
          </span>
        )}
        <PartTag release={release} />
      </span>
      <ReleaseSource release={release} />
      <span className="release-state">
        <ReleaseMark status={release.status} />
      </span>
      <CountStrip counts={counts} />
      <span
        className="row-age muted ellipsis"
        title={isDecided ? byActor(release.decidedBy).trim() : undefined}
      >
        {isDecided ? (
          <>
            <Age at={release.statusAt} />
            {byActor(release.decidedBy)}
          </>
        ) : (
          <Age at={release.createdAt} />
        )}
      </span>
    </li>
  );
}

function NoReleases({ buildId }: { buildId: number }) {
  const { data: session } = useQuery(queries.session(buildId));
  const maySend = session?.build?.mayReview === true;
  return (
    <Message icon="new" title="No releases yet">
      {maySend && (
        <>
          <p>Send the first one with one of these commands.</p>
          <FirstReleaseCommands buildId={buildId} />
        </>
      )}
    </Message>
  );
}
