import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import { announce } from '../../kit/announcer.tsx';
import { Icon } from '../../kit/icon.tsx';
import { reportConnection, useConnectionLost } from '../api/connection.ts';
import { announceNow } from './toasts.ts';

const retryMs = 5_000;

/** Shows that the server is unreachable, keeps retrying, and refreshes the page's data once it is back. */
export function ConnectionBar() {
  const isLost = useConnectionLost();
  const wasLost = useRef(false);
  const client = useQueryClient();
  const changed = useEffectEvent(() => {
    if (isLost) announceNow('No connection to the server.');
    else if (wasLost.current) {
      announceNow('');
      announce('Reconnected.');
      void client.invalidateQueries();
    }
    wasLost.current = isLost;
  });
  useEffect(() => {
    changed();
    if (!isLost) return;
    const timer = setInterval(() => void probe(), retryMs);
    return () => clearInterval(timer);
  }, [isLost]);
  if (!isLost) return null;
  return (
    <div className="connection-bar line text-13">
      <Icon name="warning" />
      <span>
        No connection to the server. This page may be out of date; decisions are sent once you are
        reconnected.
      </span>
      <button type="button" className="button small" onClick={() => void probe()}>
        Try now
      </button>
    </div>
  );
}

async function probe(): Promise<void> {
  try {
    const response = await fetch('/healthz', { cache: 'no-store' });
    reportConnection(response.status < 500);
  } catch {
    reportConnection(false);
  }
}
