/** One test per window size. */

import type { LocalPage, LocalTestSpec } from '../local-config.ts';
import type { GivenViewport } from './schemas.ts';

/** The test in every size, with `@name` or `@1280x1024` behind its name. */
export function fanOutViewports(
  spec: LocalTestSpec,
  viewports: readonly GivenViewport[] | null,
): LocalTestSpec[] {
  if (viewports === null) return [spec];
  return viewports.map(({ width, height, name }) => ({
    ...spec,
    name: `${spec.name}@${name ?? `${width}x${height}`}`,
    run: withViewport(spec.run, width, height),
    ref: spec.ref === null ? null : withViewport(spec.ref, width, height),
  }));
}

function withViewport(screenshot: LocalPage, width: number, height: number): LocalPage {
  return { url: screenshot.url, config: { ...screenshot.config, viewportSize: { width, height } } };
}
