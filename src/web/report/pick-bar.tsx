import { countWarnings } from '../../domain/capture/capture-warning.ts';
import type { LocalReport } from '../../contract/files/local-report.ts';
import { DecisionBar, StepButtons } from '../kit/decision-bar.tsx';
import { Icon } from '../kit/icon.tsx';
import { StateMark } from '../kit/state-mark.tsx';
import type { ViewerEngine } from '../viewer/engine.ts';
import { SceneStepper } from '../viewer/scene-stepper.tsx';
import { copyCommand } from './command-line.tsx';
import { isServed } from './approve-now.ts';
import { approveCommand } from './commands.ts';
import { setPicked, usePicks } from './picks.ts';
import { isPickable, type ReportEntry } from './report-model.ts';
import { stateIcons, stateWord } from './words.ts';
import { formatPixels, formatShare, plural, sizeChange } from '../kit/format.ts';

interface PickBarProps {
  report: LocalReport;
  entries: readonly ReportEntry[];
  entry: ReportEntry;
  engine: ViewerEngine;
  onStep: (by: 1 | -1) => void;
  onPick: (on: boolean) => void;
  onSameChanges: () => void;
  onRegion: (index: number | null) => void;
}

/** The bar under the images: test, position, and the pick for the approve command. */
export function PickBar(props: PickBarProps) {
  const { report, entries, entry, onStep, onPick, onSameChanges } = props;
  const picks = usePicks();
  const isPicked = picks.has(entry.test.name);
  const pickedNames = entries.filter(({ test }) => picks.has(test.name)).map(({ test }) => test.name);
  const others = entry.sameChanges.length - 1;
  return (
    <div className="pick-bar">
      <DecisionBar
        summary={
          <>
            <StateMark
              state={entry.test.state}
              icon={stateIcons[entry.test.state]}
              word={stateWord(entry.test)}
            />
            <span className="decision-figures tabular ellipsis">{figures(report, entry)}</span>
            <SceneStepper engine={props.engine} onRegion={props.onRegion} />
          </>
        }
      >
        {others > 0 && report.command === 'test' && (
          <button
            type="button"
            className="button same-changes"
            onClick={onSameChanges}
            aria-keyshortcuts="E"
            title="Pick all with exactly the same changes (E)"
          >
            = {others} more
          </button>
        )}
        {pickedNames.length > 0 && !isServed() && (
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
        <StepButtons what="test" onStep={onStep} />
        {isPickable(report, entry) && isServed() && (
          <div className="decision-verdicts">
            <button
              type="button"
              className={isPicked ? 'button approve is-picked' : 'button approve'}
              disabled={isPicked}
              aria-keyshortcuts="Y"
              title="Make this image the baseline and go to the next (Y)"
              onClick={() => onPick(true)}
            >
              <Icon name="picked" size={14} />
              {isPicked ? 'Approved' : 'Approve'}
              {!isPicked && <kbd aria-hidden="true">Y</kbd>}
            </button>
          </div>
        )}
        {isPickable(report, entry) && !isServed() && (
          <div className="decision-verdicts">
            <button
              type="button"
              className={isPicked ? 'button approve is-picked' : 'button approve'}
              aria-keyshortcuts={isPicked ? 'X' : 'Y'}
              title={
                isPicked
                  ? 'Remove from the approve command (X)'
                  : 'Add to the approve command and go to the next (Y)'
              }
              onClick={() => (isPicked ? setPicked([entry.test.name], false) : onPick(true))}
            >
              <Icon name="picked" size={14} />
              {isPicked ? 'Picked' : 'Pick for approval'}
              {!isPicked && <kbd aria-hidden="true">Y</kbd>}
            </button>
          </div>
        )}
      </DecisionBar>
    </div>
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
  const missing = test.incompleteCount ?? 0;
  if (missing > 0) parts.push(`${plural(missing, 'part')} missing`);
  if (test.warnings?.length) parts.push(countWarnings(test.warnings.length));
  if (test.state === 'new' && command === 'test') parts.push('no baseline yet');
  return parts.join(' · ');
}
