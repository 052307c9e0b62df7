import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function ApiKeysPage() {
  return (
    <Page title="API keys">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
