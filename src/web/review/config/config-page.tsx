import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function ConfigPage() {
  return (
    <Page title="Config">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
