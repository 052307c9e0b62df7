import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function ReleasePage() {
  return (
    <Page title="Release">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
