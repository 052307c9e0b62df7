import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function QueuesPage() {
  return (
    <Page title="Work queues">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
