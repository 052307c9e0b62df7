import type { LocalReport } from '../../contract/local-report.ts';
import { Icon } from '../kit/icon.tsx';
import type { ViewerEngine } from '../viewer/engine.ts';
import { regionText } from '../viewer/toolbar.tsx';
import { useViewer } from '../viewer/use-viewer.ts';
import { copyCommand } from './command-line.tsx';
import { approveCommand } from './commands.ts';
import { setPicked, usePicks } from './picks.ts';
import { isPickable, type ReportEntry } from './report-model.ts';
import { StateMark } from './state-mark.tsx';
import { formatPixels, formatShare, plural, sizeChange } from '../kit/format.ts';

interface PickBarProps {
  report: LocalReport;
  entries: readonly ReportEntry[];
  entry: ReportEntry;
  /** `3/12`. */
  counter: string;
  engine: ViewerEngine;
  onStep: (by: 1 | -1) => void;
  onPick: (on: boolean) => void;
  onSamePlaces: () => void;
  onRegion: (index: number | null) => void;
}

/** Under the pictures: what it is, where we are, and the pick for the approve command. */
export function PickBar(props: PickBarProps) {
  const { report, entries, entry, onStep, onPick, onSamePlaces } = props;
  const picks = usePicks();
  const isPicked = picks.has(entry.test.name);
  const pickedNames = entries.filter(({ test }) => picks.has(test.name)).map(({ test }) => test.name);
  const others = entry.samePlaces.length - 1;
  return (
    <div className="pick-bar" id="decision" tabIndex={-1} role="group" aria-label="Decision">
      <div className="pick-facts">
        <StateMark state={entry.test.state} />
        <span className="pick-figures tabular">{figures(report, entry)}</span>
        <RegionStepper {...props} />
      </div>
      {others > 0 && report.command === 'test' && (
        <button
          type="button"
          className="button"
          onClick={onSamePlaces}
          aria-keyshortcuts="E"
          title="Pick all that changed in exactly the same places (E)"
        >
          = {others} more
        </button>
      )}
      {pickedNames.length > 0 && (
        <button
          type="button"
          className="button picked-count"
          title={approveCommand(report, pickedNames)}
          onClick={() => void copyCommand(approveCommand(report, pickedNames))}
        >
          <Icon name="copy" size={14} />
          <span>
            <span className="tabular">{pickedNames.length}</span> picked · copy command
          </span>
        </button>
      )}
      <div className="pick-actions">
        <button
          type="button"
          className="button icon-button"
          onClick={() => onStep(-1)}
          aria-label="Previous test"
          aria-keyshortcuts="K"
          title="Previous (K)"
        >
          <Icon name="previous" />
        </button>
        <button
          type="button"
          className="button icon-button"
          onClick={() => onStep(1)}
          aria-label="Next test"
          aria-keyshortcuts="J"
          title="Next (J)"
        >
          <Icon name="next" />
        </button>
        {isPickable(report, entry) && (
          <button
            type="button"
            className={isPicked ? 'button pick is-picked' : 'button pick'}
            aria-keyshortcuts={isPicked ? 'X' : 'Y'}
            title={
              isPicked
                ? 'Take it out of the approve command (X)'
                : 'Put it into the approve command and go on (Y)'
            }
            onClick={() => (isPicked ? setPicked([entry.test.name], false) : onPick(true))}
          >
            <Icon name="picked" size={14} />
            {isPicked ? 'Picked' : 'Pick for approval'}
            {!isPicked && <kbd aria-hidden="true">Y</kbd>}
          </button>
        )}
      </div>
    </div>
  );
}

/** On phones, where the toolbar has no room for it. */
function RegionStepper({ entry, engine, onRegion }: PickBarProps) {
  const region = useViewer(engine, (state) => state.region);
  const count = entry.test.comparison?.regions.length ?? 0;
  if (count === 0) return null;
  return (
    <span className="region-stepper">
      <button
        type="button"
        className="tool"
        aria-label="Previous region"
        onClick={() => onRegion(engine.stepRegion(-1))}
      >
        <Icon name="previous" />
      </button>
      <span className="tabular">{regionText(region, count)}</span>
      <button
        type="button"
        className="tool"
        aria-label="Next region"
        onClick={() => onRegion(engine.stepRegion(1))}
      >
        <Icon name="next" />
      </button>
    </span>
  );
}

function figures({ command }: LocalReport, { test }: ReportEntry): string {
  const parts: string[] = [];
  const { comparison } = test;
  if (comparison !== null && !comparison.same) {
    parts.push(
      formatShare(comparison.diffRatio),
      formatPixels(comparison.changedPixels),
      plural(comparison.regionCount, 'region'),
    );
  }
  const change = sizeChange(test);
  if (change !== null) parts.push(change);
  if (test.settled === false) parts.push('never settled');
  if (test.state === 'new' && command === 'test') parts.push('no reference yet');
  return parts.join(' · ');
}
