import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function LogoutPage() {
  return (
    <Page title="Sign out">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
