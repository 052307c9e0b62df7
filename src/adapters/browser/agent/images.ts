/**
 * Decoding an image at full size before it is drawn makes Chromium scale it from that copy, or not, depending on its
 * cache: two results a few color steps apart. Drawing decodes anyway, so this only has to wait.
 */
export function installImages(): void {
  HTMLImageElement.prototype.decode = async function decode(this: HTMLImageElement): Promise<void> {
    if (!this.complete) {
      await new Promise((resolve) => {
        this.addEventListener('load', resolve, { once: true });
        this.addEventListener('error', resolve, { once: true });
      });
    }
    if (this.naturalWidth === 0)
      throw new DOMException('The source image cannot be decoded.', 'EncodingError');
  };
}
