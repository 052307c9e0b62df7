import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './decision-bar.css';

interface DecisionBarProps {
  /** State, figures and position. */
  summary: ReactNode;
  /** Shown instead when nothing is left to decide. */
  isEnd?: boolean;
  /** Navigation and decision buttons. */
  children: ReactNode;
}

/** The bar under the images: state, navigation and decision. */
export function DecisionBar({ summary, isEnd = false, children }: DecisionBarProps) {
  return (
    <div
      className="decision-bar"
      id="decision"
      tabIndex={-1}
      role="group"
      aria-label="Decision"
      data-end={isEnd}
    >
      <div className="decision-summary line muted">{summary}</div>
      <div className="decision-actions">{children}</div>
    </div>
  );
}

/** Buttons to the neighbors. @param what the kind of item: `run` */
export function StepButtons({ what, onStep }: { what: string; onStep: (by: 1 | -1) => void }) {
  return (
    <div className="decision-steps">
      <button
        type="button"
        className="button icon-button"
        aria-label={`Previous ${what}`}
        aria-keyshortcuts="K"
        title={`Previous ${what} (K)`}
        onClick={() => onStep(-1)}
      >
        <Icon name="previous" />
      </button>
      <button
        type="button"
        className="button icon-button"
        aria-label={`Next ${what}`}
        aria-keyshortcuts="J"
        title={`Next ${what} (J)`}
        onClick={() => onStep(1)}
      >
        <Icon name="next" />
      </button>
    </div>
  );
}

/** For phones, whose toolbar has no room for it. @param what `region` @param place `1 of 3` */
export function RegionStepper({
  what,
  place,
  onStep,
}: {
  what: string;
  place: string;
  onStep: (by: 1 | -1) => void;
}) {
  return (
    <span className="region-stepper">
      <button type="button" className="tool" aria-label={`Previous ${what}`} onClick={() => onStep(-1)}>
        <Icon name="previous" />
      </button>
      <span className="tabular">{place}</span>
      <button type="button" className="tool" aria-label={`Next ${what}`} onClick={() => onStep(1)}>
        <Icon name="next" />
      </button>
    </span>
  );
}
