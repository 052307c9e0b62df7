import type { LocalReport, LocalTestResult, LocalTry } from '../../contract/files/local-report.ts';
import { formatDistortion } from '../../domain/comparison/comparison.ts';
import { DetailsPanel, Detail, DetailList, Section, WebAddress } from '../kit/details-panel.tsx';
import { Icon } from '../kit/icon.tsx';
import { CaptureWarnings } from '../kit/capture-warnings.tsx';
import { Incomplete } from '../kit/incomplete.tsx';
import type { ViewerEngine } from '../viewer/engine.ts';
import { useViewer } from '../viewer/use-viewer.ts';
import { copyCommand } from './command-line.tsx';
import { MiddleCut } from '../kit/middle-cut.tsx';
import { Changes } from '../kit/change-list.tsx';
import { RegionList } from '../kit/region-list.tsx';
import type { ReportEntry } from './report-model.ts';
import { hasOnlyForgiven, shownRegions } from './report-images.ts';
import { formatDuration, formatPixels, formatShare, formatSize, plural, sizeChange } from '../kit/format.ts';

interface TestDetailsProps {
  isSheet: boolean;
  report: LocalReport;
  entry: ReportEntry;
  engine: ViewerEngine;
  onRegion: (index: number) => void;
  onOpen: (position: number) => void;
  names: (position: number) => string;
  onClose: () => void;
  onLog: () => void;
}

/** The details panel of one test. */
export function TestDetails(props: TestDetailsProps) {
  const { report, entry, isSheet, onClose } = props;
  const { test } = entry;
  return (
    <DetailsPanel id="details" isSheet={isSheet} onClose={onClose}>
      {test.comparison !== null && <Comparison {...props} />}
      {test.tries !== undefined && <Tries tries={test.tries} isFlaky={test.flaky === true} />}
      <Section title="Capture" open>
        <Incomplete of="" parts={test.incomplete ?? []} count={test.incompleteCount ?? 0} />
        <CaptureWarnings of="" warnings={test.warnings ?? []} />
        <DetailList>
          <Detail name="URL">
            <WebAddress url={test.url} />
          </Detail>
          {test.refUrl !== undefined && (
            <Detail name="Baseline URL">
              <WebAddress url={test.refUrl} />
            </Detail>
          )}
          {test.settled === false && (
            <Detail name="Settled">
              <span className="warn">
                <Icon name="warning" size={14} /> Never: no two screenshots in a row were equal. The last one
                is shown.
              </span>
            </Detail>
          )}
          {test.shots !== null && (
            <Detail name="Screenshots">
              {test.settled === false
                ? plural(test.shots, 'screenshot')
                : `${plural(test.shots, 'screenshot')} until two were equal`}
            </Detail>
          )}
          {test.attempts > 1 && <Detail name="Attempts">{test.attempts}</Detail>}
          <Detail name="Took">{formatDuration(test.durationMs)}</Detail>
          <Detail name="Test file">
            <code>{test.file}</code>
          </Detail>
          {test.reference !== undefined && (
            <Detail name="Baseline">
              <code>{test.reference}</code>
            </Detail>
          )}
          {report.browserVersion !== null && <Detail name="Browser">{report.browserVersion}</Detail>}
        </DetailList>
      </Section>
      {test.refUrl === undefined ? (
        <ConfigSection title="Config" config={test.config} />
      ) : (
        <ConfigSection title="Config of the run" config={test.config} />
      )}
      <div className="section log-link">
        <button
          type="button"
          className="button"
          aria-keyshortcuts="L"
          title="Capture log (L)"
          onClick={props.onLog}
        >
          <Icon name="log" size={14} />
          Capture log
        </button>
      </div>
    </DetailsPanel>
  );
}

/** Every capture of a test that differed at first and was captured again. */
function Tries({ tries, isFlaky }: { tries: readonly LocalTry[]; isFlaky: boolean }) {
  return (
    <Section title={`Captured ${plural(tries.length, 'time')}`} open>
      {isFlaky && (
        <p className="warn">
          <Icon name="warning" size={14} /> Flaky: it differed at first and was the same when it was captured
          again.
        </p>
      )}
      <ol className="tries">
        {tries.map(({ words, image, diffPath }, index) => (
          <li key={index}>
            {words}
            {image !== null && (
              <>
                {' '}
                <a href={image.path} target="_blank" rel="noreferrer">
                  Screenshot
                </a>
              </>
            )}
            {diffPath !== null && (
              <>
                {' '}
                <a href={diffPath} target="_blank" rel="noreferrer">
                  Diff
                </a>
              </>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Comparison({ entry, engine, onRegion, onOpen, names }: TestDetailsProps) {
  const { test } = entry;
  const comparison = test.comparison!;
  const current = useViewer(engine, (state) => state.region);
  const isAligned = useViewer(engine, (state) => state.isAligned);
  const { alignment } = comparison;
  const onlyForgiven = hasOnlyForgiven(test);
  const regions = shownRegions(comparison);
  const regionCount = onlyForgiven ? comparison.forgivenRegionCount : comparison.regionCount;
  const title = onlyForgiven ? 'Forgiven regions' : 'Regions';
  const others = entry.sameChanges.filter((position) => position !== entry.position);
  return (
    <>
      <Section title="Comparison" open>
        {verdictSentence(test) !== null && <p className="verdict">{verdictSentence(test)}</p>}
        <DetailList>
          <Detail name="Distortion">
            <span className="tabular">{formatDistortion(comparison.distortion)}</span>
          </Detail>
          <Detail name="Changed">
            <span className="tabular">
              {formatPixels(comparison.changedPixels)} · {formatShare(comparison.diffRatio)}
            </span>
          </Detail>
          {comparison.allowedPixels > 0 && (
            <Detail name="Allowed">
              <span className="tabular">{formatPixels(comparison.allowedPixels)}</span>
            </Detail>
          )}
          {comparison.forgivenPixels > 0 && (
            <Detail name="Forgiven">
              <span className="tabular">{formatPixels(comparison.forgivenPixels)}</span>
            </Detail>
          )}
          {comparison.antiAliasedPixels > 0 && (
            <Detail name="Anti-aliasing">
              <span className="tabular">{formatPixels(comparison.antiAliasedPixels)} forgiven</span>
            </Detail>
          )}
          {comparison.belowThresholdPixels > 0 && (
            <Detail name="Below threshold">
              <span className="tabular">{formatPixels(comparison.belowThresholdPixels)} forgiven</span>
            </Detail>
          )}
          {comparison.ignored.map((sentence) => (
            <Detail key={sentence} name="Not compared">
              {sentence}
            </Detail>
          ))}
          {test.before !== null && <Detail name="Before">{formatSize(test.before)}</Detail>}
          {test.after !== null && (
            <Detail name="After">
              {formatSize(test.after)}
              {sizeChange(test) !== null && <> · {sizeChange(test)}</>}
            </Detail>
          )}
          <Detail name="Metric">
            {comparison.metric.name} {comparison.metric.version}, threshold {comparison.settings.threshold},
            anti-aliasing {comparison.settings.antialiasing}
          </Detail>
        </DetailList>
      </Section>
      {isAligned && alignment && <Changes alignment={alignment} current={current} onChange={onRegion} />}
      {!isAligned && regions.length > 0 && (
        <Section title={`${title} · ${regionCount.toLocaleString('en-US')}`} open>
          {regionCount > regions.length && (
            <p className="muted">Nearby ones are merged into {regions.length} boxes that cover them all.</p>
          )}
          <RegionList regions={regions} current={current} onRegion={onRegion} />
        </Section>
      )}
      {others.length > 0 && (
        <Section title={`With the same changes · ${others.length}`} open>
          <ul>
            {others.slice(0, 20).map((position) => (
              <li key={position}>
                <button type="button" className="link" onClick={() => onOpen(position)}>
                  <MiddleCut text={names(position)} />
                </button>
              </li>
            ))}
          </ul>
          {others.length > 20 && <p className="muted">and {others.length - 20} more</p>}
        </Section>
      )}
    </>
  );
}

/** Explains a comparison that found no differences or hid some. */
export function verdictSentence(test: LocalTestResult): string | null {
  const { comparison, before, after } = test;
  if (comparison === null) return null;
  if (comparison.hidden !== null) return comparison.hidden;
  if (!comparison.same) return null;
  if (test.flaky === true)
    return 'Flaky: it differed at first and matched the baseline when it was captured again.';
  if (before !== null && after !== null && before.sha1sum === after.sha1sum)
    return 'Identical to the baseline, byte for byte.';
  return 'Every pixel matches the baseline.';
}

function ConfigSection({ title, config }: { title: string; config: Record<string, unknown> }) {
  const keys = Object.keys(config);
  return (
    <Section title={title}>
      {keys.length === 0 ? (
        <p className="muted">The default config.</p>
      ) : (
        <>
          <DetailList>
            {keys.map((key) => (
              <Detail key={key} name={key} mono>
                <code>{configValue(config[key])}</code>
              </Detail>
            ))}
          </DetailList>
          <button
            type="button"
            className="button small"
            onClick={() => void copyCommand(JSON.stringify(config, null, 2))}
          >
            <Icon name="copy" size={14} />
            Copy as JSON
          </button>
        </>
      )}
    </Section>
  );
}

function configValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}
