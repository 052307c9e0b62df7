import './count-bar.css';

interface CountBarProps {
  className?: string;
  /** State from states.css, and its count. */
  counts: readonly (readonly [state: string, count: number])[];
}

/** A bar of counts by state. Decorative: the same information is next to it as text. */
export function CountBar({ className = '', counts }: CountBarProps) {
  return (
    <span className={`count-bar ${className}`} aria-hidden="true">
      {counts
        .filter(([, count]) => count > 0)
        .map(([state, count]) => (
          <span key={state} data-state={state} style={{ flexGrow: count }} />
        ))}
    </span>
  );
}
