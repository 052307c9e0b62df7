import type { PageAgent } from './page-agent.ts';

export interface Stillness {
  /** Stops all motion; returns how many animations it stopped. Can be called before every screenshot. */
  stopMotion(): Promise<number>;
}

export function installStillness(agent: PageAgent): void {
  /**
   * Finishes finite animations, resets infinite ones to their beginning; returns how many it stopped. Animated images and
   * SVG's animation elements never start (see `browser-flags.ts`).
   */
  function stopAnimations(root: Document | ShadowRoot): number {
    let count = 0;
    for (const animation of root.getAnimations()) {
      if (!(animation.timeline instanceof DocumentTimeline) || animation.playState === 'finished') continue;
      const endTime = animation.effect?.getComputedTiming().endTime;
      try {
        if (typeof endTime === 'number' && Number.isFinite(endTime) && animation.playbackRate > 0) {
          animation.finish();
          count++;
        } else if (animation.playState !== 'paused' || animation.currentTime !== 0) {
          animation.pause();
          animation.currentTime = 0;
          count++;
        }
      } catch {
        // An animation without a target cannot be moved and shows nothing.
      }
    }
    return count;
  }

  async function stopVideos(root: Document | ShadowRoot): Promise<void> {
    const videos = [...root.querySelectorAll('video')];
    await Promise.all(videos.map((video) => stopVideo(video)));
  }

  /** A video that has started shows its first frame, any other its poster. */
  async function stopVideo(video: HTMLVideoElement): Promise<void> {
    video.autoplay = false;
    if (!video.paused) video.pause();
    if (video.currentTime === 0 || !Number.isFinite(video.duration)) return;
    const seeked = new Promise<void>((resolve) => {
      video.addEventListener('seeked', () => resolve(), { once: true });
    });
    video.currentTime = 0;
    await Promise.race([seeked, agent.clock.sleep(1_000)]);
  }

  agent.stopMotion = async () => {
    let stopped = 0;
    const roots = agent.rootsOf(document);
    for (const root of roots) stopped += stopAnimations(root);
    for (const root of roots) await stopVideos(root);
    return stopped;
  };
}
