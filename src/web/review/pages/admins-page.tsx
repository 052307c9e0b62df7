import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function AdminsPage() {
  return (
    <Page title="Admins">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
