import type { ReactNode } from 'react';
import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../../kit/skeleton.tsx';

/** While the code of a page is loaded for the first time. */
export function PendingPage(): ReactNode {
  return (
    <Page title="Depicted">
      <SkeletonRows rows={6} height={48} />
    </Page>
  );
}
