import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function BuildPage() {
  return (
    <Page title="Build">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
