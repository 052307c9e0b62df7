import type { PageAgent } from './page-agent.ts';

/**
 * Notes what scripts draw, which changes no document. The first context of a kind is waited for: merely naming all kinds
 * takes a third of the time that the page agent needs to begin, and most pages draw nothing.
 */
export function installDrawing({ clock }: PageAgent): void {
  type Draw = (this: unknown, ...args: unknown[]) => unknown;
  type Prototype = Record<string, Draw | undefined>;
  const flat = ['fill', 'stroke', 'fillRect', 'strokeRect', 'clearRect', 'fillText', 'strokeText'];
  const copied = ['drawImage', 'putImageData', 'reset'];
  const noted = new WeakSet<object>();

  const note = (prototype: Prototype | undefined, names: readonly string[]): void => {
    if (prototype === undefined || noted.has(prototype)) return;
    noted.add(prototype);
    for (const name of names) {
      const real = prototype[name];
      if (typeof real !== 'function') continue;
      prototype[name] = function draw(this: unknown, ...args: unknown[]): unknown {
        clock.noteChange();
        return real.apply(this, args);
      };
    }
  };

  /** What draws in a context of that kind: its own methods, or those of a queue. */
  const noteContext = (context: object): void => {
    const prototype = Object.getPrototypeOf(context) as Prototype & { [Symbol.toStringTag]?: string };
    const kind = prototype[Symbol.toStringTag] ?? '';
    if (kind.startsWith('WebGL')) {
      note(prototype, [
        'clear',
        'drawArrays',
        'drawElements',
        'drawArraysInstanced',
        'drawElementsInstanced',
        'drawRangeElements',
      ]);
    } else if (kind === 'GPUCanvasContext') {
      note((globalThis as { GPUQueue?: { prototype: object } }).GPUQueue?.prototype as Prototype, ['submit']);
    } else note(prototype, [...flat, ...copied, 'transferFromImageBitmap']);
  };

  for (const { prototype } of [HTMLCanvasElement, OffscreenCanvas] as unknown as { prototype: Prototype }[]) {
    const real = prototype['getContext']!;
    prototype['getContext'] = function getContext(this: unknown, ...args: unknown[]): unknown {
      const context = real.apply(this, args);
      if (typeof context === 'object' && context !== null) noteContext(context);
      return context;
    };
  }
  note(CSSStyleSheet.prototype as unknown as Prototype, [
    'insertRule',
    'deleteRule',
    'replace',
    'replaceSync',
  ]);
}
