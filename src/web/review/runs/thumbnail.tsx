import '../../kit/thumbnail.css';
import { useEffect, useState } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { thumbnailAddress } from '../images/image-addresses.ts';
import { runStateIcons } from './run-states.ts';
import { stateOf, type RunRow } from './run-row.ts';

/** How long a row must be visible before its image is loaded. */
const restMs = 100;
let lastScrollAt = -Infinity;
/** Rows that wait for their image, by the time at which they may have it; those of one frame share a timer. */
let waiting: { calls: Set<() => void>; until: number } | null = null;

/** Set by the list while it is scrolling. */
export function noteScroll(): void {
  lastScrollAt = performance.now();
}

/** Calls once the rows of this frame have rested. @returns ends that */
function whenRested(call: () => void): () => void {
  const until = performance.now() + restMs;
  if (waiting === null || until - waiting.until > 16) {
    const calls = new Set<() => void>();
    waiting = { calls, until };
    setTimeout(() => {
      for (const each of calls) each();
    }, restMs);
  }
  const { calls } = waiting;
  calls.add(call);
  return () => calls.delete(call);
}

function useIsResting(): boolean {
  const [isResting, setResting] = useState(() => performance.now() - lastScrollAt > restMs);
  useEffect(() => (isResting ? undefined : whenRested(() => setResting(true))), [isResting]);
  return isResting;
}

/** The image of a thumbnail; its place has the same size before it is there. */
export function ThumbnailImage({ address, onError }: { address: string; onError: () => void }) {
  return (
    <img
      src={address}
      alt=""
      width={240}
      height={150}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={onError}
    />
  );
}

/** A small image of the run around its biggest difference, or a placeholder of the same size. */
export function Thumbnail({ buildId, row }: { buildId: number; row: RunRow }) {
  const [failed, setFailed] = useState<string | null>(null);
  const isResting = useIsResting();
  const hasImage = row.hasImage || row.hasRef;
  // A row that scrolls past needs no address.
  const address = hasImage && isResting ? thumbnailAddress(buildId, row.id, row.factsVersion) : null;
  return (
    <span className="thumbnail line muted" data-state={stateOf(row)}>
      {hasImage && address === null ? null : address !== null && address !== failed ? (
        <ThumbnailImage key={address} address={address} onError={() => setFailed(address)} />
      ) : (
        <Icon name={runStateIcons[stateOf(row)]} />
      )}
    </span>
  );
}
