import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function LoginPage() {
  return (
    <Page title="Sign in">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
