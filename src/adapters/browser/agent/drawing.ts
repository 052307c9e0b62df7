import type { PageAgent } from './page-agent.ts';

/** Notes what scripts draw, which changes no document. */
export function installDrawing({ clock }: PageAgent): void {
  const drawing: Record<string, string[]> = {
    CanvasRenderingContext2D: [],
    OffscreenCanvasRenderingContext2D: [],
    WebGLRenderingContext: ['clear', 'drawArrays', 'drawElements'],
    WebGL2RenderingContext: [
      'clear',
      'drawArrays',
      'drawElements',
      'drawArraysInstanced',
      'drawElementsInstanced',
      'drawRangeElements',
    ],
    ImageBitmapRenderingContext: ['transferFromImageBitmap'],
    GPUQueue: ['submit'],
    CSSStyleSheet: ['insertRule', 'deleteRule', 'replace', 'replaceSync'],
  };
  const flat = ['fill', 'stroke', 'fillRect', 'strokeRect', 'clearRect', 'fillText', 'strokeText'];
  const copied = ['drawImage', 'putImageData', 'reset'];
  const scope = window as unknown as Record<string, { prototype: Record<string, unknown> } | undefined>;
  for (const [kind, own] of Object.entries(drawing)) {
    const prototype = scope[kind]?.prototype;
    if (prototype === undefined) continue;
    for (const name of own.length === 0 ? [...flat, ...copied] : own) {
      const real = prototype[name] as ((...args: unknown[]) => unknown) | undefined;
      if (typeof real !== 'function') continue;
      prototype[name] = function draw(this: unknown, ...args: unknown[]): unknown {
        clock.noteChange();
        return real.apply(this, args);
      };
    }
  }
}
