import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function SettingsPage() {
  return (
    <Page title="Settings">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
