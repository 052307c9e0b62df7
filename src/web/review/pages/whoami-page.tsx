import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function WhoamiPage() {
  return (
    <Page title="Who am I">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
