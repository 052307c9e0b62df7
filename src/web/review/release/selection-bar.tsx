import { plural } from '../../kit/format.ts';

interface SelectionBarProps {
  count: number;
  /** How many can be selected with the current filter. */
  selectable: number;
  onApprove: () => void;
  onReject: () => void;
  onAll: () => void;
  onClear: () => void;
}

/** Actions for the selected runs. */
export function SelectionBar({ count, selectable, onApprove, onReject, onAll, onClear }: SelectionBarProps) {
  const figure = count.toLocaleString('en-US');
  return (
    <div className="selection-bar" role="group" aria-label="Selected runs">
      <span className="selection-count tabular" aria-live="polite">
        {plural(count, 'run')} selected
      </span>
      <button
        type="button"
        className="button approve"
        aria-keyshortcuts="Y"
        title="Approve (Y)"
        onClick={onApprove}
      >
        Approve {figure}
      </button>
      <button
        type="button"
        className="button reject"
        aria-keyshortcuts="N"
        title="Reject (N)"
        onClick={onReject}
      >
        Reject {figure}
      </button>
      <button
        type="button"
        className="button"
        aria-keyshortcuts="Escape"
        title="Clear (Esc)"
        onClick={onClear}
      >
        Clear
      </button>
      {selectable > count && (
        <button type="button" className="link selection-all" onClick={onAll}>
          Select all {selectable.toLocaleString('en-US')}
        </button>
      )}
    </div>
  );
}
