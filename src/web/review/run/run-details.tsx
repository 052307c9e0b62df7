import { describeEnvironmentChange, environmentChange } from '../../../domain/capture/environment.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formatDistortion } from '../../../domain/comparison/comparison.ts';
import { formatAgo, formatPixels, formatShare, formatSize, sizeChange } from '../../kit/format.ts';
import { DetailsPanel, Detail, DetailList, Section } from '../../kit/details-panel.tsx';
import { MiddleCut } from '../../kit/middle-cut.tsx';
import { Changes } from '../../kit/change-list.tsx';
import { RegionList } from '../../kit/region-list.tsx';
import type { ViewerEngine } from '../../viewer/engine.ts';
import { useViewer } from '../../viewer/use-viewer.ts';
import { queries } from '../api/queries.ts';
import { actorName } from '../decisions/actor-name.ts';
import { BaselineSection } from './baseline-section.tsx';
import type { RunsSearch } from './list-search.ts';
import { Capture } from './capture.tsx';
import { RunLinks } from './run-links.tsx';
import { HighlightSettings } from './highlight-settings.tsx';
import { RunHistory } from './run-history.tsx';
import { alignmentOf, regionsOf } from '../images/run-images.ts';
import { hasSource, SourceLinks } from '../source/source-links.tsx';
import { sameSentence } from './run-words.ts';
import type { RunDetail } from './use-run.ts';

interface RunDetailsProps {
  detail: RunDetail;
  engine: ViewerEngine;
  mayReview: boolean;
  /** Names of other runs with exactly the same changes. */
  sameChanges: readonly string[];
  isSheet: boolean;
  /** Search parameters of the run's other pages. */
  search: RunsSearch;
  onRegion: (index: number) => void;
  onClose: () => void;
}

/** The details panel of one run. */
export function RunDetails(props: RunDetailsProps) {
  const { detail, isSheet, onClose } = props;
  return (
    <DetailsPanel id="info" isSheet={isSheet} onClose={onClose}>
      <Release detail={detail} />
      <BaselineSection detail={detail} mayReview={props.mayReview} />
      <Comparison {...props} />
      <Regions {...props} />
      <SameChanges {...props} />
      <Decisions detail={detail} />
      <ConditionChange detail={detail} />
      <Capture {...props} side="after" />
      <Capture {...props} side="before" />
      <Section title="History of this image" open>
        <RunHistory detail={detail} />
      </Section>
      <Section title="Highlight">
        <HighlightSettings />
      </Section>
    </DetailsPanel>
  );
}

/** Where the release comes from. */
function Release({ detail: { release } }: { detail: RunDetail }) {
  if (!hasSource(release)) return null;
  return (
    <Section title="Release" open>
      <SourceLinks release={release} />
    </Section>
  );
}

const conditionNames = { browser: 'Browser', platform: 'Platform', fonts: 'Fonts', flags: 'Set up' };

/** In what the two captures were made differently. */
function ConditionChange({ detail: { run } }: { detail: RunDetail }) {
  const changes = environmentChange(run.ref.facts, run.current.facts);
  if (changes === null) return null;
  return (
    <Section title="Captured differently" open>
      <p>{describeEnvironmentChange(changes)}.</p>
      <DetailList>
        {changes.map(({ part, before, after }) => (
          <Detail key={part} name={conditionNames[part]}>
            {before === '' ? 'not recorded' : before} → {after}
          </Detail>
        ))}
      </DetailList>
    </Section>
  );
}

function Comparison({ detail, search }: RunDetailsProps) {
  const { run, sizes } = detail;
  const { diff } = run;
  const { facts: details } = diff;
  const same = sameSentence(run);
  const change = sizeChange({ before: sizes.ref, after: sizes.current });
  return (
    <Section title="Comparison" open>
      {same !== null && <p className="muted">{same}</p>}
      <DetailList>
        {diff.distortion !== null && <Detail name="Distortion">{formatDistortion(diff.distortion)}</Detail>}
        {details?.changedPixels !== undefined && (
          <Detail name="Changed">
            {formatPixels(details.changedPixels)}
            {details.diffRatio !== undefined && ` · ${formatShare(details.diffRatio)}`}
          </Detail>
        )}
        {(details?.forgivenPixels ?? 0) > 0 && (
          <Detail name="Forgiven">{formatPixels(details!.forgivenPixels!)}</Detail>
        )}
        {(details?.antiAliasedPixels ?? 0) > 0 && (
          <Detail name="Anti-aliasing">{formatPixels(details!.antiAliasedPixels!)} hidden</Detail>
        )}
        {(details?.belowThresholdPixels ?? 0) > 0 && (
          <Detail name="Below threshold">{formatPixels(details!.belowThresholdPixels!)} hidden</Detail>
        )}
        {details?.hidden !== undefined && same === null && <Detail name="Hidden">{details.hidden}</Detail>}
        {sizes.ref !== null && <Detail name="Before">{formatSize(sizes.ref)}</Detail>}
        {sizes.current !== null && (
          <Detail name="After">
            {formatSize(sizes.current)}
            {change !== null && ` · ${change}`}
          </Detail>
        )}
        {details?.metric !== undefined && (
          <Detail name="Metric">
            {details.metric.name} {details.metric.version}
          </Detail>
        )}
      </DetailList>
      <RunLinks
        run={run.name}
        search={search}
        type="diff"
        hasLog={diff.log !== null}
        hasImage={diff.image !== null || diff.forgivenMask !== null}
      />
    </Section>
  );
}

function Regions({ detail, engine, onRegion }: RunDetailsProps) {
  const current = useViewer(engine, (state) => state.region);
  const isAligned = useViewer(engine, (state) => state.isAligned);
  const alignment = alignmentOf(detail.run);
  const { regions, count, areForgiven } = regionsOf(detail.run);
  if (isAligned && alignment !== undefined) {
    const verdicts = new Map(detail.changes.map(({ fingerprint, verdict }) => [fingerprint, verdict]));
    return <Changes {...{ alignment, current, verdicts }} onChange={onRegion} />;
  }
  if (regions.length === 0) return null;
  return (
    <Section
      title={`${areForgiven ? 'Forgiven regions' : 'Regions'} · ${count.toLocaleString('en-US')}`}
      open
    >
      {count > regions.length && (
        <p className="muted">
          {count.toLocaleString('en-US')} regions, nearby ones merged into{' '}
          {regions.length.toLocaleString('en-US')}.
        </p>
      )}
      <RegionList className="info-regions" regions={regions} current={current} onRegion={onRegion} />
    </Section>
  );
}

const shownPlaces = 20;

function SameChanges({ sameChanges, search }: RunDetailsProps) {
  if (sameChanges.length === 0) return null;
  return (
    <Section title={`The same changes · ${sameChanges.length.toLocaleString('en-US')}`} open>
      <ul>
        {sameChanges.slice(0, shownPlaces).map((name) => (
          <li key={name}>
            <Link to="/run" replace search={{ ...search, test: name }}>
              <MiddleCut text={name} />
            </Link>
          </li>
        ))}
      </ul>
      {sameChanges.length > shownPlaces && (
        <p className="muted">and {(sameChanges.length - shownPlaces).toLocaleString('en-US')} more</p>
      )}
    </Section>
  );
}

const decisionWords: Record<string, string> = {
  run_approved: 'Approved',
  run_rejected: 'Rejected',
  run_verdict_taken_back: 'Verdict undone',
  baseline_changed: 'Compared with another release',
};

/** The decisions about this run, newest first, with reasons if given. */
function Decisions({ detail: { run } }: { detail: RunDetail }) {
  const { data } = useQuery({
    ...queries.activity({ buildId: run.buildId, runId: run.id, pageSize: 10 }),
    // A new verdict changes the history.
    queryKey: ['build', run.buildId, 'activity', 'run', run.id, run.version],
  });
  const entries = data?.activity ?? [];
  if (entries.length === 0) return null;
  return (
    <Section title="Decisions" open>
      <ol className="info-decisions">
        {entries.map((entry) => {
          const at = new Date(entry.at);
          const note = entry.detail['note'];
          return (
            <li key={entry.id}>
              <span>
                {decisionWords[entry.kind] ?? entry.kind.replaceAll('_', ' ')} by {actorName(entry.actor)}{' '}
                <time className="muted" dateTime={at.toISOString()} title={at.toLocaleString()}>
                  {formatAgo(at, new Date())}
                </time>
              </span>
              {typeof note === 'string' && note !== '' && <q>{note}</q>}
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
