import { variantLabel } from '../runs/variants.ts';
import './variant-switch.css';

/** Which variant of a page its row shows, and the button to the next. */
export function VariantSwitch({
  name,
  place,
  count,
  isStop,
  onNext,
}: {
  name: string;
  /** From 1. */
  place: number;
  count: number;
  isStop: boolean;
  onNext: () => void;
}) {
  const label = variantLabel(name);
  return (
    <button
      type="button"
      className="variant-switch tool"
      tabIndex={isStop ? 0 : -1}
      aria-keyshortcuts="V"
      title={`${label}, ${place} of ${count} variants in this row. Show the next (V)`}
      onClick={onNext}
    >
      <span className="ellipsis">
        <span className="visually-hidden">Variant </span>
        {label}
      </span>
      <span className="tabular muted">
        {place}/{count}
        <span className="visually-hidden">. Show the next</span>
      </span>
    </button>
  );
}
