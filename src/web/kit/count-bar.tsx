import './count-bar.css';

interface CountBarProps {
  className?: string;
  /** State, one of those in states.css, and how many. */
  counts: readonly (readonly [state: string, count: number])[];
}

/** How many are in which state, as a bar in their colours. Decoration: the same stands beside it in words. */
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
