import type { ReactNode } from 'react';
import { Page } from '../frame/page.tsx';
import { NotFoundState } from './problem.tsx';

/** Shown for unknown addresses. */
export function NotFoundPage(): ReactNode {
  return (
    <Page title="Not found">
      <NotFoundState />
    </Page>
  );
}
