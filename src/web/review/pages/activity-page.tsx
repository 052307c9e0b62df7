import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function ActivityPage() {
  return (
    <Page title="Activity">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
