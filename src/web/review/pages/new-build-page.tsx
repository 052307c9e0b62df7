import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function NewBuildPage() {
  return (
    <Page title="New build">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
