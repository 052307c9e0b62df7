import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function HomePage() {
  return (
    <Page title="Builds">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
