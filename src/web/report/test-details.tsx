import type { LocalReport, LocalTestResult } from '../../contract/files/local-report.ts';
import { formatDistortion } from '../../domain/comparison/comparison.ts';
import { DetailsPanel, Fact, Facts, Section, WebAddress } from '../kit/details-panel.tsx';
import { Icon } from '../kit/icon.tsx';
import { Incomplete } from '../kit/incomplete.tsx';
import type { ViewerEngine } from '../viewer/engine.ts';
import { useViewer } from '../viewer/use-viewer.ts';
import { copyCommand } from './command-line.tsx';
import { MiddleCut } from '../kit/middle-cut.tsx';
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
      <Section title="Capture" open>
        <Incomplete of="" parts={test.incomplete ?? []} count={test.incompleteCount ?? 0} />
        <Facts>
          <Fact name="URL">
            <WebAddress url={test.url} />
          </Fact>
          {test.refUrl !== undefined && (
            <Fact name="Baseline URL">
              <WebAddress url={test.refUrl} />
            </Fact>
          )}
          {test.settled === false && (
            <Fact name="Settled">
              <span className="warn">
                <Icon name="warning" size={14} /> Never: no two screenshots in a row were equal. The last one
                is shown.
              </span>
            </Fact>
          )}
          {test.shots !== null && (
            <Fact name="Screenshots">
              {test.settled === false
                ? plural(test.shots, 'screenshot')
                : `${plural(test.shots, 'screenshot')} until two were equal`}
            </Fact>
          )}
          {test.attempts > 1 && <Fact name="Attempts">{test.attempts}</Fact>}
          <Fact name="Took">{formatDuration(test.durationMs)}</Fact>
          <Fact name="Test file">
            <code>{test.file}</code>
          </Fact>
          {test.reference !== undefined && (
            <Fact name="Baseline">
              <code>{test.reference}</code>
            </Fact>
          )}
          {report.browserVersion !== null && <Fact name="Browser">{report.browserVersion}</Fact>}
        </Facts>
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

function Comparison({ entry, engine, onRegion, onOpen, names }: TestDetailsProps) {
  const { test } = entry;
  const comparison = test.comparison!;
  const current = useViewer(engine, (state) => state.region);
  const onlyForgiven = hasOnlyForgiven(test);
  const regions = shownRegions(comparison);
  const regionCount = onlyForgiven ? comparison.forgivenRegionCount : comparison.regionCount;
  const title = onlyForgiven ? 'Forgiven regions' : 'Regions';
  const others = entry.samePlaces.filter((position) => position !== entry.position);
  return (
    <>
      <Section title="Comparison" open>
        {verdictSentence(test) !== null && <p className="verdict">{verdictSentence(test)}</p>}
        <Facts>
          <Fact name="Distortion">
            <span className="tabular">{formatDistortion(comparison.distortion)}</span>
          </Fact>
          <Fact name="Changed">
            <span className="tabular">
              {formatPixels(comparison.changedPixels)} · {formatShare(comparison.diffRatio)}
            </span>
          </Fact>
          {comparison.allowedPixels > 0 && (
            <Fact name="Allowed">
              <span className="tabular">{formatPixels(comparison.allowedPixels)}</span>
            </Fact>
          )}
          {comparison.forgivenPixels > 0 && (
            <Fact name="Forgiven">
              <span className="tabular">{formatPixels(comparison.forgivenPixels)}</span>
            </Fact>
          )}
          {comparison.antiAliasedPixels > 0 && (
            <Fact name="Anti-aliasing">
              <span className="tabular">{formatPixels(comparison.antiAliasedPixels)} forgiven</span>
            </Fact>
          )}
          {comparison.belowThresholdPixels > 0 && (
            <Fact name="Below threshold">
              <span className="tabular">{formatPixels(comparison.belowThresholdPixels)} forgiven</span>
            </Fact>
          )}
          {comparison.ignored.map((sentence) => (
            <Fact key={sentence} name="Not compared">
              {sentence}
            </Fact>
          ))}
          {test.before !== null && <Fact name="Before">{formatSize(test.before)}</Fact>}
          {test.after !== null && (
            <Fact name="After">
              {formatSize(test.after)}
              {sizeChange(test) !== null && <> · {sizeChange(test)}</>}
            </Fact>
          )}
          <Fact name="Metric">
            {comparison.metric.name} {comparison.metric.version}, threshold {comparison.settings.threshold},
            anti-aliasing {comparison.settings.antialiasing}
          </Fact>
        </Facts>
      </Section>
      {regions.length > 0 && (
        <Section title={`${title} · ${regionCount.toLocaleString('en-US')}`} open>
          {regionCount > regions.length && (
            <p className="muted">Nearby ones are merged into {regions.length} boxes that cover them all.</p>
          )}
          <RegionList regions={regions} current={current} onRegion={onRegion} />
        </Section>
      )}
      {others.length > 0 && (
        <Section title={`Changed in the same places · ${others.length}`} open>
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
          <Facts>
            {keys.map((key) => (
              <Fact key={key} name={key} mono>
                <code>{configValue(config[key])}</code>
              </Fact>
            ))}
          </Facts>
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
