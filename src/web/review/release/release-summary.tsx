import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useState, type ReactNode } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { formatAgo, plural } from '../../kit/format.ts';
import { Menu, menuItem } from '../../kit/menu.tsx';
import { MiddleCut, visibleText } from '../../kit/middle-cut.tsx';
import { releaseSearch } from '../address/addresses.ts';
import { queries } from '../api/queries.ts';
import type { Release } from '../api/shapes.ts';
import { byActor } from '../decisions/actor-name.ts';
import { releaseStateIcons, releaseStateWords } from '../runs/run-states.ts';
import type { RunCounts } from '../runs/counts.ts';
import type { MissingCounts } from '../runs/missing-pages.ts';
import { DeleteRelease } from '../deletion/delete-release.tsx';
import { AboutRelease } from '../source/about-release.tsx';
import { historyProblem } from '../source/history-warning.tsx';
import { isWebAddress, SourceLinks } from '../source/source-links.tsx';
import { useAttempts, useMayDecide } from '../visit/newer-attempt.ts';
import { Reviewers } from './reviewers.tsx';
import { useBaseline, type Baseline } from './use-baseline.ts';
import { useMainAhead } from './use-main-ahead.ts';
import { headline, progressWords } from '../runs/release-words.ts';
import type { Visit } from '../visit/visit.ts';

/** The release's baseline, source, landing page and other attempts. */
export function ComparedWith({ visit, release, now }: { visit: Visit; release: Release; now: Date }) {
  const { data: newest } = useQuery(queries.releases({ buildId: visit.key.buildId, pageSize: 1 }));
  const found = useBaseline(visit);
  const { baseline, isKnown, hasNone } = found;
  const ahead = useMainAhead(release, baseline);
  const mayReview = useMayDecide(visit) === true;
  const problem = historyProblem(release.historyNote);
  const session = useQuery(queries.session(release.buildId));
  const [dialog, setDialog] = useState<'about' | 'delete' | null>(null);
  // The one that gives way to the other reports its end, too.
  const closeAbout = useCallback(() => setDialog((open) => (open === 'about' ? null : open)), []);
  const closeDelete = useCallback(() => setDialog(null), []);
  const ownWords = hasNone
    ? 'Nothing to compare with yet.'
    : isKnown
      ? ownBaseline[found.own ?? 'uploaded']
      : '';
  const mayDelete = session.data?.build?.mayManage === true;
  return (
    <div className="compared-with">
      <span className="compared-words ellipsis">
        {baseline !== null ? (
          <>
            <span className="compared-lead">Compared with</span>
            <Link to="/release" search={releaseSearch(baseline)} className="compared-name">
              <MiddleCut text={`${baseline.name} #${baseline.number}`} />
            </Link>
            <span className="compared-why ellipsis" title={found.reason ?? undefined}>
              ,{' '}
              {whyOf(found) ??
                `${
                  newest?.baseline?.id === baseline.id
                    ? 'the latest good release'
                    : 'the latest good release at that time'
                } (${decidedWords(baseline, now)})`}
              {ahead !== null && (
                <span title={`${plural(ahead.count, 'newer release')} of ${visibleText(ahead.branch)}`}>
                  . {visibleText(ahead.branch)} is {ahead.count.toLocaleString('en-US')}
                  {ahead.isMore ? '+' : ''} ahead
                </span>
              )}
            </span>
          </>
        ) : (
          <span className="compared-own ellipsis" title={ownWords}>
            {ownWords}
          </span>
        )}
      </span>
      <SourceLinks release={release} />
      {release.url !== null && isWebAddress(release.url) && (
        <a className="compared-link" href={release.url} target="_blank" rel="noreferrer noopener">
          Landing page <Icon name="external" size={12} />
        </a>
      )}
      <Attempts visit={visit} release={release} now={now} />
      <button
        type="button"
        className="tool about-button"
        data-state={problem === null ? undefined : 'differs'}
        aria-haspopup="dialog"
        title="About this release"
        onClick={() => setDialog('about')}
      >
        <Icon name={problem === null ? 'info' : 'warning'} />
        <span className={problem === null ? 'visually-hidden' : undefined}>
          {problem === null ? 'About this release' : problem.isShallow ? 'Shallow clone' : 'No history'}
        </span>
      </button>
      {dialog === 'about' && (
        <AboutRelease
          release={release}
          mayReview={mayReview}
          reviewers={<Reviewers release={release} mayAsk={mayReview} />}
          onDelete={mayDelete ? () => setDialog('delete') : null}
          onClose={closeAbout}
        />
      )}
      {dialog === 'delete' && <DeleteRelease release={release} onClose={closeDelete} />}
    </div>
  );
}

const ownBaseline = {
  captured: 'Compared with screenshots of a second address.',
  uploaded: 'Compared with the images uploaded with the runs.',
};

/** Why this baseline, without naming it again: the part of the sentence behind the release. */
function whyOf({ baseline, reason, rule }: Baseline): string | null {
  if (baseline === null || reason === null || rule === null || rule === 'newest_good') return null;
  const named = `release "${baseline.name}" #${baseline.number}`;
  const at = reason.indexOf(named);
  if (at < 0) return null;
  return /^\)?, (.+?)\.?$/s.exec(reason.slice(at + named.length))?.[1] ?? null;
}

function decidedWords(release: Release, now: Date): string {
  const by = byActor(release.decidedBy).trim().slice('by '.length);
  const ago = formatAgo(new Date(release.statusAt), now);
  return by === '' ? ago : `${by}, ${ago}`;
}

function Attempts({ visit, release, now }: { visit: Visit; release: Release; now: Date }) {
  const attempts = useAttempts(visit.key);
  return (
    <Menu
      width={280}
      button={
        <>
          <span>
            <span className="attempts-lead">History of </span>
            <span className="attempts-word">attempts</span>
          </span>
          <Icon name="down" size={12} />
        </>
      }
    >
      {() =>
        attempts.map(({ release: attempt, counts }) => (
          <Link
            key={attempt.id}
            {...menuItem}
            to="/release"
            search={releaseSearch(attempt)}
            aria-current={attempt.id === release.id ? 'true' : undefined}
          >
            <span className="menu-icon state-icon" data-state={attempt.status}>
              <Icon name={releaseStateIcons[attempt.status]} size={14} />
            </span>
            <span className="menu-words grow">
              <strong>#{attempt.number}</strong> {releaseStateWords[attempt.status]}
              <span className="attempt-figures tabular muted text-12">
                {plural(counts.total, 'run')} · {formatAgo(new Date(attempt.createdAt), now)}
              </span>
            </span>
          </Link>
        ))
      }
    </Menu>
  );
}

/** The headline and the comparison progress. */
export function Progress({
  counts,
  missing,
  children,
}: {
  counts: RunCounts | null;
  missing: MissingCounts;
  /** What the figures are reviewed by. */
  children: ReactNode;
}) {
  const share = counts === null || counts.total === 0 ? 0 : (counts.total - counts.waiting) / counts.total;
  return (
    <div className="progress-line text-13">
      <strong className="progress-headline tabular ellipsis">
        {counts === null ? '' : headline(counts, missing)}
      </strong>
      <span
        className="progress-bar"
        role="progressbar"
        aria-label="Compared"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuetext={counts === null ? 'Loading' : progressWords(counts)}
      >
        <span style={{ transform: `scaleX(${share})` }} data-done={share === 1 || undefined} />
      </span>
      <span className="progress-words tabular muted">{counts === null ? '' : progressWords(counts)}</span>
      {children}
    </div>
  );
}
