import '../../kit/wide-row.css';
import './missing-item.css';
import { useState } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { formatAgo } from '../../kit/format.ts';
import { MiddleCut, visibleText } from '../../kit/middle-cut.tsx';
import { runSearch } from '../address/addresses.ts';
import { formatSearch } from '../address/search.ts';
import { byActor } from '../decisions/actor-name.ts';
import { thumbnailAddress } from '../images/image-addresses.ts';
import { missingStateOf, type MissingPage } from '../runs/missing-pages.ts';
import { ThumbnailImage } from '../runs/thumbnail.tsx';
import { MissingMark } from '../runs/state-mark.tsx';
import { useMissing, useReleaseState, type Visit } from '../visit/visit.ts';
import type { RunItemProps } from './run-item.tsx';

type MissingItemProps = Pick<
  RunItemProps,
  'visit' | 'id' | 'isCurrent' | 'isStop' | 'mayReview' | 'now' | 'shape' | 'onOpen'
>;

/** A page of the baseline that the release does not have, with its last image, as a list row or a grid card. */
export function MissingItem({
  visit,
  id,
  isCurrent,
  isStop,
  mayReview,
  now,
  shape,
  onOpen,
}: MissingItemProps) {
  useMissing(visit.store);
  const page = visit.store.missing.page(id);
  if (page === undefined) return null;
  const search = lastImageSearch(visit, id);
  const said = saidWords(page, now);
  const content = (
    <>
      <LastImage buildId={visit.key.buildId} page={page} />
      <span className="run-name wide-name">
        <MiddleCut text={page.renamed === null ? page.name : `${page.name} → ${page.renamed.name}`} />
        <span className="visually-hidden">, </span>
      </span>
      <span className="run-state wide-state">
        <MissingMark state={missingStateOf(page)} />
        <span className="visually-hidden">, </span>
      </span>
      <span className="run-detail wide-detail">
        {said === '' ? lastSeenWords(page) : said}
        {page.verdict === 'undecided' && <span className="visually-hidden">, undecided</span>}
      </span>
    </>
  );
  const className = shape === 'row' ? 'run-link wide-link missing-link' : 'run-link missing-link';
  return (
    <div
      className={shape === 'row' ? 'run-item missing-item wide-row' : 'run-item missing-item card'}
      data-current={isCurrent || undefined}
      data-renamed={page.renamed !== null || undefined}
    >
      <span className="run-check line" />
      {search === null ? (
        <span className={className} tabIndex={isStop ? 0 : -1} aria-current={isCurrent ? 'true' : undefined}>
          {content}
        </span>
      ) : (
        <a
          className={className}
          href={`/run${formatSearch(search)}`}
          aria-current={isCurrent ? 'true' : undefined}
          tabIndex={isStop ? 0 : -1}
          title={page.renamed === null ? `${lastSeenWords(page)}. Open its last image` : lastSeenWords(page)}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
            event.preventDefault();
            onOpen(id);
          }}
        >
          {content}
        </a>
      )}
      {mayReview && <Verdicts visit={visit} page={page} isStop={isStop} />}
    </div>
  );
}

const removalWords = {
  rejectLabel: 'Must come back',
  reject: (name: string) => `${name} must come back`,
  confirmLabel: 'Confirm removal',
  confirm: (name: string) => `Confirm removal of ${name}`,
};
const renamingWords = {
  rejectLabel: 'Reject',
  reject: (name: string) => `Reject the new name of ${name}`,
  confirmLabel: 'Approve',
  confirm: (name: string) => `Approve the new name of ${name}`,
};

/** Each verdict button keeps its place, so that a second click never hits the opposite. */
function Verdicts({ visit, page, isStop }: { visit: Visit; page: MissingPage; isStop: boolean }) {
  const { release } = useReleaseState(visit.store);
  if (release?.status === 'good' || release?.status === 'bad') return null;
  const name = visibleText(page.name);
  const words = page.renamed === null ? removalWords : renamingWords;
  const judge = (verdict: MissingPage['verdict']) => () => visit.decisions.judgePages([page.id], verdict);
  const common = { type: 'button', className: 'button small', tabIndex: isStop ? 0 : -1 } as const;
  const button = (verdict: 'rejected' | 'confirmed', key: string, label: string, spoken: string) =>
    page.verdict === verdict ? (
      <button
        {...common}
        aria-label={`Undo the verdict on ${name}`}
        title="Undo"
        onClick={judge('undecided')}
      >
        <Icon name="undo" size={12} />
        <span>Undo</span>
      </button>
    ) : (
      <button
        {...common}
        aria-label={spoken}
        aria-keyshortcuts={key}
        title={`${label} (${key})`}
        onClick={judge(verdict)}
      >
        <Icon name={verdict === 'rejected' ? 'rejected' : 'picked'} size={12} />
        <span>{label}</span>
      </button>
    );
  return (
    <span className="missing-verdicts">
      {button('rejected', 'N', words.rejectLabel, words.reject(name))}
      {button('confirmed', 'Y', words.confirmLabel, words.confirm(name))}
    </span>
  );
}

/** In the heading: confirms all removals that are undecided, as one decision. */
export function ConfirmAllRemovals({
  visit,
  ids,
  mayReview,
}: {
  visit: Visit;
  ids: readonly number[];
  mayReview: boolean;
}) {
  useMissing(visit.store);
  const { release } = useReleaseState(visit.store);
  const isDecided = release?.status === 'good' || release?.status === 'bad';
  const undecided = ids.filter((id) => visit.store.missing.page(id)?.verdict === 'undecided');
  if (!mayReview || isDecided || undecided.length < 2) return null;
  const isRenamed = visit.store.missing.page(undecided[0]!)?.renamed !== null;
  return (
    <button
      type="button"
      className="link missing-all"
      onClick={() => visit.decisions.judgePages(undecided, 'confirmed')}
    >
      {isRenamed ? 'Approve all ' : 'Confirm all '}
      {undecided.length.toLocaleString('en-US')} {isRenamed ? 'names' : 'removals'}
    </button>
  );
}

function LastImage({ buildId, page }: { buildId: number; page: MissingPage }) {
  const [isBroken, setBroken] = useState(false);
  return (
    <span className="thumbnail line muted" data-state={missingStateOf(page)}>
      {page.runId === null || isBroken ? (
        <Icon name="missing" />
      ) : (
        <ThumbnailImage
          address={thumbnailAddress(buildId, page.runId, 0, 'after')}
          onError={() => setBroken(true)}
        />
      )}
    </span>
  );
}

/** Address of a missing page's last image, or of a renamed page's new run; null for a run, and where there is none. */
export function lastImageSearch(visit: Visit, id: number) {
  const page = visit.store.missing.page(id);
  if (page === undefined) return null;
  const { buildId, releaseName, releaseNumber } = visit.key;
  if (page.renamed !== null)
    return runSearch({ buildId, name: releaseName, number: releaseNumber }, page.renamed.name);
  if (page.lastRelease === null) return null;
  return runSearch({ ...page.lastRelease, buildId: visit.key.buildId }, page.name);
}

/** `Last seen in main 4f2c1aa #1` */
function lastSeenWords({ lastRelease }: MissingPage): string {
  return lastRelease === null
    ? 'No image of it is known'
    : `Last seen in ${visibleText(lastRelease.name)} #${lastRelease.number}`;
}

/** `Confirmed by mia, 2 minutes ago`; empty without a verdict. */
function saidWords({ verdict, verdictBy, verdictAt, renamed }: MissingPage, now: Date): string {
  if (verdict === 'undecided') return '';
  const ago = verdictAt === null ? '' : formatAgo(new Date(verdictAt), now);
  const words = verdict === 'rejected' ? 'Rejected' : renamed === null ? 'Confirmed' : 'Approved';
  return `${words}${byActor(verdictBy)}${ago === '' ? '' : byActor(verdictBy) === '' ? ` ${ago}` : `, ${ago}`}`;
}
