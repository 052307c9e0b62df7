import type { ReactNode } from 'react';
import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../../kit/skeleton.tsx';

/** Shown while a page's code is loading. */
export function PendingPage(): ReactNode {
  return (
    <Page title="Depicted">
      <SkeletonRows rows={6} height={48} />
    </Page>
  );
}
