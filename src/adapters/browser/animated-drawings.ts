import type { CdpSession } from './cdp-connection.ts';

/** More SVG images of a page are not looked at. */
const maxDrawings = 500;
/** Its finite animations have ended; infinite ones of most durations stand at their beginning. */
const stillness =
  '<style>*,*::before,*::after{animation-delay:-360360s!important;animation-play-state:paused!important}</style>';

/**
 * SVG images whose own style sheets animate them. No script and no command reaches into an image, so still copies are shown
 * in their place.
 */
export class AnimatedDrawings {
  /** Those not looked at yet. */
  readonly #seen: { session: CdpSession; frameId: string; url: string }[] = [];
  #count = 0;
  /** Still copies by the address of the image, as `data:` addresses. */
  readonly #still: Record<string, string> = {};

  /** The caller sends `Network.enable`. */
  watch(session: CdpSession): void {
    session.on('Network.responseReceived', ({ frameId, type, response: { url, mimeType } }) => {
      if (type !== 'Image' || mimeType !== 'image/svg+xml' || frameId === undefined) return;
      if (++this.#count <= maxDrawings) this.#seen.push({ session, frameId, url });
    });
  }

  /** Still copies of those that are animated. */
  async still(): Promise<Readonly<Record<string, string>>> {
    await Promise.all(
      this.#seen.splice(0).map(async (one) => {
        const text = await textOf(one).catch(() => '');
        const end = text.lastIndexOf('</svg>');
        if (end === -1 || !/@(-webkit-)?keyframes/i.test(text)) return;
        const copy = text.slice(0, end) + stillness + text.slice(end);
        this.#still[one.url] = `data:image/svg+xml;base64,${Buffer.from(copy).toString('base64')}`;
      }),
    );
    return this.#still;
  }
}

async function textOf({ session, frameId, url }: { session: CdpSession; frameId: string; url: string }) {
  if (url.startsWith('data:')) return (await fetch(url)).text();
  const { content, base64Encoded } = await session.send('Page.getResourceContent', { frameId, url });
  return base64Encoded ? Buffer.from(content, 'base64').toString() : content;
}
