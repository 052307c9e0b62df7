import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function RunPage() {
  return (
    <Page title="Run">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
