import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { MiddleCut } from '../../../kit/middle-cut.tsx';
import { releaseSearch, runSearch, wholeNumber } from '../../address/addresses.ts';
import { api } from '../../api/api.ts';
import type { ActivityEntry } from '../../api/shapes.ts';
import { actorName } from '../../decisions/actor-name.ts';
import { Page } from '../../frame/page.tsx';
import { exactTime, useNow } from '../../../kit/age.tsx';
import { BuildTabs } from '../builds/build-tabs.tsx';
import { useRowKeys } from '../../keyboard/row-keys.ts';
import { ProblemBanner, ProblemPage } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import {
  activityDetail,
  activityKinds,
  activityVerb,
  groupByDay,
  namesItsRelease,
  threadOf,
  type ActivityPage as Entries,
} from './activity-words.ts';
import { useBuild } from '../builds/use-build.ts';
import '../pages.css';
import './activity-page.css';

const pageSize = 100;

/** The activity log of a build. */
export function ActivityPage() {
  const search = useSearch({ from: '/activity' });
  const navigate = useNavigate({ from: '/activity' });
  const buildId = wholeNumber(search.build_id);
  const { build, crumbs, error, retry } = useBuild(buildId);
  const list = useRef<HTMLDivElement>(null);
  const keys = useRowKeys(list);
  const now = useNow();
  const { kind, actor } = search;
  const releaseId = search.release === undefined ? undefined : wholeNumber(search.release);
  const filter = { buildId, kind, actor, releaseId };
  const query = useInfiniteQuery({
    queryKey: ['build', buildId, 'activity', filter],
    queryFn: ({ pageParam, signal }) =>
      api.listActivity({ ...filter, pageSize, offset: pageParam }, { signal }),
    initialPageParam: 0,
    getNextPageParam: (page, pages) =>
      page.activity.length < pageSize ? undefined : pages.length * pageSize,
  });
  const problem = query.error ?? error;
  if (query.data === undefined && problem !== null) {
    const again = () => {
      retry();
      void query.refetch();
    };
    return <ProblemPage title="Activity" crumbs={crumbs} error={problem} onRetry={again} />;
  }
  const change = (next: { kind?: string; actor?: string; release?: string }) =>
    void navigate({ search: { ...search, ...next }, replace: true });
  const entries = joined(query.data?.pages ?? []);
  const isFiltered = kind !== undefined || actor !== undefined || releaseId !== undefined;
  return (
    <Page title="Activity" crumbs={crumbs}>
      <BuildTabs buildId={search.build_id} />
      <div className="column" ref={list} {...keys}>
        {query.data === undefined || build === undefined ? (
          <SkeletonRows rows={6} height={36} />
        ) : (
          <>
            {query.error !== null && (
              <ProblemBanner error={query.error} onRetry={() => void query.refetch()} />
            )}
            {(entries.activity.length > 0 || isFiltered) && (
              <div className="list-tools line">
                <Choice
                  label="Kind"
                  value={kind ?? ''}
                  choices={activityKinds}
                  onChange={(kind) => change({ kind })}
                />
                <Choice
                  label="Who"
                  value={actor ?? ''}
                  choices={[['', 'Everyone'], ...actorsOf(entries, actor)]}
                  onChange={(actor) => change({ actor })}
                />
                <Choice
                  label="Release"
                  value={search.release ?? ''}
                  choices={[['', 'All releases'], ...releasesOf(entries, search.release)]}
                  onChange={(release) => change({ release })}
                />
              </div>
            )}
            {entries.activity.length === 0 &&
              (isFiltered ? (
                <p className="no-match muted">
                  No activity matches.{' '}
                  <button
                    type="button"
                    className="link"
                    onClick={() => change({ kind: '', actor: '', release: '' })}
                  >
                    Clear filter
                  </button>
                </p>
              ) : (
                <Message icon="info" title="No activity yet">
                  <p>
                    Decisions and changes to settings and keys are logged here, with who made them and when.
                  </p>
                </Message>
              ))}
            {groupByDay(entries.activity, now).map(({ day, entries: of }) => (
              <section key={day} aria-label={day}>
                <h2 className="list-title">{day}</h2>
                <ul className="rows">
                  {of.map((entry) => (
                    <ActivityRow key={entry.id} entry={entry} entries={entries} buildId={buildId} />
                  ))}
                </ul>
              </section>
            ))}
            {query.hasNextPage && (
              <p className="list-more line text-12">
                <button
                  type="button"
                  className="button"
                  disabled={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  Older activity
                </button>
              </p>
            )}
          </>
        )}
      </div>
    </Page>
  );
}

function ActivityRow({
  entry,
  entries,
  buildId,
}: {
  entry: ActivityEntry;
  entries: Entries;
  buildId: number;
}) {
  const release = entries.releases.find(({ id }) => id === entry.releaseId);
  const run = entries.runs.find(({ id }) => id === entry.runId);
  const key = release && { buildId, name: release.name, number: release.number };
  const detail = activityDetail(entry);
  const comments = threadOf(entry);
  const opened = comments !== undefined && { comments };
  return (
    <li className="row activity-row">
      <time className="muted" dateTime={new Date(entry.at).toISOString()} title={exactTime(entry.at)}>
        {new Date(entry.at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}
      </time>
      <span className="activity-who ellipsis">{actorName(entry.actor)}</span>
      <span className="activity-what">
        <span>{activityVerb(entry.kind)}</span>
        {key !== undefined && run !== undefined && (
          <Link to="/run" search={{ ...runSearch(key, run.name), ...opened }} className="quiet-link" data-row>
            <MiddleCut text={run.name} />
          </Link>
        )}
        {key !== undefined && (
          <>
            {run !== undefined && <span className="muted">in</span>}
            <Link
              to="/release"
              search={{ ...releaseSearch(key), ...(run === undefined && opened) }}
              className="quiet-link"
              {...(run === undefined && { 'data-row': true })}
            >
              <MiddleCut text={key.name} />
              <span className="attempt muted">#{key.number}</span>
            </Link>
          </>
        )}
        {key === undefined && entry.releaseId !== null && !namesItsRelease(entry.kind) && (
          <span className="muted">a deleted release</span>
        )}
        {detail !== '' && <span className="muted activity-detail">{detail}</span>}
      </span>
    </li>
  );
}

function Choice({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: string;
  choices: readonly (readonly [value: string, words: string])[];
  onChange: (value: string) => void;
}) {
  return (
    <label className="pick">
      <span className="visually-hidden">{label}</span>
      <select className="field" value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function joined(pages: readonly Entries[]): Entries {
  return {
    activity: pages.flatMap((page) => page.activity),
    releases: pages.flatMap((page) => page.releases),
    runs: pages.flatMap((page) => page.runs),
  };
}

/** The visible releases and the selected one. */
function actorsOf({ activity }: Entries, chosen: string | undefined): [string, string][] {
  const actors = new Set(activity.map(({ actor }) => actor));
  if (chosen !== undefined) actors.add(chosen);
  return [...actors].map((actor) => [actor, actorName(actor)]);
}

function releasesOf({ releases }: Entries, chosen: string | undefined): [string, string][] {
  const names = new Map(releases.map(({ id, name, number }) => [String(id), `${name} #${number}`]));
  if (chosen !== undefined && !names.has(chosen)) names.set(chosen, 'Selected release');
  return [...names];
}
