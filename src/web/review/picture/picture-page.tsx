import { Page } from '../frame/page.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';

export function PicturePage() {
  return (
    <Page title="Picture">
      <SkeletonRows rows={6} height={64} />
    </Page>
  );
}
