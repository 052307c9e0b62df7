import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './decision-bar.css';

interface DecisionBarProps {
  /** What it is: state, figures, where one is. */
  facts: ReactNode;
  /** Nothing is left to decide; the bar says so instead. */
  isEnd?: boolean;
  /** Steps and the decision. */
  children: ReactNode;
}

/** Under the images: what it is, where to go, and the decision. */
export function DecisionBar({ facts, isEnd = false, children }: DecisionBarProps) {
  return (
    <div
      className="decision-bar"
      id="decision"
      tabIndex={-1}
      role="group"
      aria-label="Decision"
      data-end={isEnd}
    >
      <div className="decision-facts line muted">{facts}</div>
      <div className="decision-actions">{children}</div>
    </div>
  );
}

/** To the neighbours. @param what one of the list: `run` */
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

/** On phones, where the toolbar has no room for it. @param place `1 of 3` */
export function RegionStepper({ place, onStep }: { place: string; onStep: (by: 1 | -1) => void }) {
  return (
    <span className="region-stepper">
      <button type="button" className="tool" aria-label="Previous region" onClick={() => onStep(-1)}>
        <Icon name="previous" />
      </button>
      <span className="tabular">{place}</span>
      <button type="button" className="tool" aria-label="Next region" onClick={() => onStep(1)}>
        <Icon name="next" />
      </button>
    </span>
  );
}
