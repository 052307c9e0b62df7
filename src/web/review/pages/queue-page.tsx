import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function QueuePage() {
  return (
    <Page title="Work queue">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
