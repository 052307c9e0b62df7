import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { MiddleCut } from '../../../kit/middle-cut.tsx';
import type { Answer } from '../../api/api.ts';
import { queries } from '../../api/queries.ts';
import { DeletedBuilds } from '../../deletion/deleted-list.tsx';
import { releaseSearch } from '../../address/addresses.ts';
import { Page } from '../../frame/page.tsx';
import { Age } from '../../../kit/age.tsx';
import { CountStrip } from './count-strip.tsx';
import { FirstReleaseCommands } from './first-release.tsx';
import { useRowKeys } from '../../keyboard/row-keys.ts';
import { ListFilter } from '../../keyboard/list-filter.tsx';
import { ReleaseMark } from '../../runs/state-mark.tsx';
import { ProblemBanner, ProblemState } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonLine, SkeletonRows } from '../../../kit/skeleton.tsx';
import '../pages.css';

type Summary = Answer<'listBuilds'>['builds'][number];

const pageSize = 500;
/** Polling interval while the list is visible. */
const refreshMs = 15_000;
/** Minimum number of builds for the filter to be shown. */
const searchFrom = 8;

/** All builds; those whose newest release needs a decision come first. */
export function HomePage() {
  const [text, setText] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const keys = useRowKeys(list);
  const query = useQuery({ ...queries.builds({ pageSize }), refetchInterval: refreshMs });
  const { data: session } = useQuery(queries.session());
  const builds = query.data?.builds;
  const mayCreate = session?.principal.mayCreateBuilds === true;
  const create = mayCreate && (
    <Link to="/new" className={builds?.length === 0 ? 'button primary' : 'button'}>
      Create build
    </Link>
  );

  if (builds === undefined) {
    return (
      <Page title="Builds">
        {query.error === null ? (
          <div className="column">
            <h2 className="list-title">
              <SkeletonLine />
            </h2>
            <div className="rows">
              <SkeletonRows rows={3} height={36} />
            </div>
          </div>
        ) : (
          <ProblemState error={query.error} onRetry={() => void query.refetch()} />
        )}
      </Page>
    );
  }
  if (builds.length === 0) {
    return (
      <Page title="Builds">
        <Message icon="new" title={mayCreate ? 'No builds yet' : 'No builds to see'}>
          <p>A build is one site or product that you monitor.</p>
          <p className="message-actions">{create}</p>
          {mayCreate && <FirstReleaseCommands buildId={null} />}
        </Message>
        <div className="column">
          <DeletedBuilds />
        </div>
      </Page>
    );
  }

  const wanted = text.trim().toLowerCase();
  const found = builds.filter(({ build }) => build.name.toLowerCase().includes(wanted));
  const sections = sectionsOf(found);
  const only = builds.length === 1 && builds[0]!.newestRelease === null ? builds[0]! : null;
  return (
    <Page title="Builds" actions={create}>
      <div className="column" ref={list} {...keys}>
        {query.error !== null && <ProblemBanner error={query.error} onRetry={() => void query.refetch()} />}
        {builds.length >= searchFrom && (
          <div className="list-tools line">
            <ListFilter value={text} label="Filter builds" onChange={setText} />
          </div>
        )}
        {found.length === 0 && (
          <p className="no-match muted">
            No builds match ‘{text}’.{' '}
            <button type="button" className="link" onClick={() => setText('')}>
              Clear filter
            </button>
          </p>
        )}
        <WaitingForYou />
        {sections.map(({ title, builds }) => (
          <section key={title} aria-label={title}>
            <h2 className="list-title">
              {title} <span className="muted">{builds.length}</span>
            </h2>
            <ul className="rows">
              {builds.map((summary) => (
                <BuildRow key={summary.build.id} summary={summary} />
              ))}
            </ul>
          </section>
        ))}
        <DeletedBuilds />
        {builds.length === pageSize && <p className="muted">The {pageSize} newest builds are shown.</p>}
        {only !== null && (
          <section className="panel" aria-label="First release">
            <h2>Send the first release</h2>
            <FirstReleaseCommands buildId={only.build.id} />
          </section>
        )}
      </div>
    </Page>
  );
}

/** Releases that the visitor is asked to review. */
function WaitingForYou() {
  const { data: session } = useQuery(queries.session());
  const { data } = useQuery({
    ...queries.reviewRequests(),
    enabled: session?.principal.kind === 'user',
    refetchInterval: refreshMs,
  });
  const requests = data?.requests ?? [];
  if (requests.length === 0) return null;
  return (
    <section aria-label="Waiting for you">
      <h2 className="list-title">
        Waiting for you <span className="muted">{requests.length}</span>
      </h2>
      <ul className="rows">
        {requests.map(({ build, release, counts, requestedAt }) => (
          <li key={release.id} className="row build-row">
            <span className="row-name line">
              <Link to="/release" search={releaseSearch(release)} data-row>
                <MiddleCut text={`${release.name} #${release.number}`} />
              </Link>
            </span>
            <span className="build-release">
              <Link to="/build" search={{ id: String(build.id) }} className="quiet-link">
                <MiddleCut text={build.name} />
              </Link>
            </span>
            <span className="build-state">
              <ReleaseMark status={release.status} />
            </span>
            <CountStrip counts={counts} />
            <span className="row-age muted">
              <Age at={requestedAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function BuildRow({ summary: { build, newestRelease, counts } }: { summary: Summary }) {
  return (
    <li className="row build-row">
      <span className="row-name line">
        <Link to="/build" search={{ id: String(build.id) }} data-row>
          <MiddleCut text={build.name} />
        </Link>
        {build.isPublic && <span className="tag muted text-12">Public</span>}
      </span>
      {newestRelease === null ? (
        <span className="muted build-none">No releases yet</span>
      ) : (
        <>
          <span className="build-release">
            <Link to="/release" search={releaseSearch(newestRelease)} className="quiet-link">
              <MiddleCut text={newestRelease.name} />
              <span className="attempt muted">#{newestRelease.number}</span>
            </Link>
          </span>
          <span className="build-state">
            <ReleaseMark status={newestRelease.status} />
          </span>
          <CountStrip counts={counts} />
          <span className="row-age muted">
            <Age at={newestRelease.createdAt} />
          </span>
        </>
      )}
    </li>
  );
}

/** Server order, newest build first; own builds that need a decision come first, other people's last. */
function sectionsOf(builds: readonly Summary[]): { title: string; builds: Summary[] }[] {
  const needsReview = ({ newestRelease, counts }: Summary) =>
    newestRelease?.status === 'reviewing' || (newestRelease?.status === 'processing' && counts.undecided > 0);
  const own = builds.filter(({ isOwn }) => isOwn);
  const waiting = own.filter(needsReview);
  return [
    { title: 'Needs review', builds: waiting },
    {
      title: waiting.length === 0 ? 'Builds' : 'All other builds',
      builds: own.filter((build) => !needsReview(build)),
    },
    { title: 'Public builds', builds: builds.filter(({ isOwn }) => !isOwn) },
  ].filter((section) => section.builds.length > 0);
}
