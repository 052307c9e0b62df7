import { Page } from '../frame/page.tsx';
import { NotFoundState } from './problem.tsx';

/** An address that no page has. */
export function NotFoundPage() {
  return (
    <Page title="Not found">
      <NotFoundState />
    </Page>
  );
}
