import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function LogPage() {
  return (
    <Page title="Log">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
