import type { ClockOptions, PageClock } from './page-clock.ts';

/**
 * Lets `performance` tell the page time: of what the page marks and measures the page's own, of what the browser measures
 * (navigation, requests, paints) the moment 0. Sent as text, after the page clock.
 */
export function installFrozenPerformance({ frozenAt }: ClockOptions): void {
  if (frozenAt === null) return;
  const at = frozenAt;
  const scope = globalThis as unknown as {
    __dpxdtClock: PageClock;
    __dpxdtFrozenPerformance?: true;
    PerformanceMark: typeof PerformanceMark;
    IntersectionObserverEntry?: { prototype: object };
  } & Record<string, { prototype: object } | undefined>;
  if (scope.__dpxdtFrozenPerformance) return;
  Object.defineProperty(scope, '__dpxdtFrozenPerformance', { value: true });
  const { pageNow } = scope.__dpxdtClock;
  const define = (target: object, name: string, how: PropertyDescriptor): void => {
    Object.defineProperty(target, name, { configurable: true, ...how });
  };
  const { prototype } = Performance;

  prototype.now = function now(): number {
    return pageNow();
  };
  define(prototype, 'timeOrigin', { get: () => at });

  // --- what the browser measures ------------------------------------------------------------------------------------
  type Getter = (this: unknown) => unknown;
  const getters = (target: object): [string, Getter][] =>
    Object.entries(Object.getOwnPropertyDescriptors(target)).flatMap(([name, how]) =>
      // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the right `this` below
      how.get === undefined ? [] : [[name, how.get as Getter]],
    );
  /** Epoch milliseconds of the stages of loading, until they are reached 0. */
  const legacy = scope['PerformanceTiming']?.prototype;
  const stages = new Map(legacy === undefined ? [] : getters(legacy));
  for (const [name, get] of stages) {
    define(legacy!, name, {
      get(this: unknown) {
        return (get.call(this) as number) === 0 ? 0 : at;
      },
    });
  }
  /** Kinds of entries that the page makes; their times are page times already. */
  const ownKinds = new Set(['mark', 'measure']);
  const isTime = /(Start|End|[Tt]ime|[Tt]imestamp|[Dd]uration)$|^dom(Complete|Interactive)$/;
  const entryKinds = Object.getOwnPropertyNames(globalThis).filter((name) =>
    /^(Performance|LargestContentful|LayoutShift|TaskAttribution|VisibilityState)/.test(name),
  );
  const entryPrototype = PerformanceEntry.prototype;
  const kindOf = new Map(getters(entryPrototype)).get('entryType')!;
  for (const kind of entryKinds) {
    const target = scope[kind]?.prototype;
    if (target === undefined || (target !== entryPrototype && !(target instanceof PerformanceEntry)))
      continue;
    for (const [name, get] of getters(target)) {
      if (!isTime.test(name)) continue;
      define(target, name, {
        get(this: unknown) {
          const value = get.call(this);
          return typeof value !== 'number' || ownKinds.has(String(kindOf.call(this))) ? value : 0;
        },
      });
    }
  }
  const plain = (from: object): Record<string, unknown> => {
    const values: Record<string, unknown> = {};
    for (
      let up: unknown = Object.getPrototypeOf(from);
      up !== Object.prototype;
      up = Object.getPrototypeOf(up)
    )
      for (const [name] of getters(up as object)) values[name] ??= (from as Record<string, unknown>)[name];
    return values;
  };
  for (const kind of [...entryKinds, 'PerformanceTiming']) {
    const target = scope[kind]?.prototype as { toJSON?: unknown } | undefined;
    if (target === undefined || !Object.hasOwn(target, 'toJSON') || target === (prototype as object))
      continue;
    define(target, 'toJSON', {
      writable: true,
      value(this: object) {
        return plain(this);
      },
    });
  }
  define(prototype, 'toJSON', {
    writable: true,
    value(this: Performance) {
      const { timing, navigation } = this as Partial<Performance>;
      return { timeOrigin: at, ...(timing === undefined ? {} : { timing, navigation }) };
    },
  });
  if (scope.IntersectionObserverEntry !== undefined)
    define(scope.IntersectionObserverEntry.prototype, 'time', { get: () => pageNow() });

  // --- what the page measures ---------------------------------------------------------------------------------------
  /* eslint-disable @typescript-eslint/unbound-method -- called with the right `this` below */
  const realMark = prototype.mark;
  const realMeasure = prototype.measure;
  /* eslint-enable @typescript-eslint/unbound-method */
  const marked = (how: PerformanceMarkOptions | undefined): PerformanceMarkOptions => ({
    ...how,
    startTime: how?.startTime ?? pageNow(),
  });
  prototype.mark = function mark(name: string, how?: PerformanceMarkOptions) {
    return realMark.call(this, name, marked(how));
  };
  scope.PerformanceMark = new Proxy(PerformanceMark, {
    construct: (target, [name, how]: [string, PerformanceMarkOptions?], newTarget) =>
      Reflect.construct(target, [name, marked(how)], newTarget) as PerformanceMark,
  });
  /** A mark, or a stage of loading, which the browser would look up. */
  const known = (mark: string | number | undefined): string | number | undefined =>
    typeof mark === 'string' && stages.get(mark)?.call(performance.timing) ? 0 : mark;
  prototype.measure = function measure(
    name: string,
    from?: string | PerformanceMeasureOptions,
    until?: string,
  ): PerformanceMeasure {
    const given: PerformanceMeasureOptions =
      typeof from === 'object' && from !== null
        ? { ...from }
        : { ...(from === undefined ? {} : { start: from }), ...(until === undefined ? {} : { end: until }) };
    // Without a start or an end, it is the browser that refuses.
    if (Object.keys(given).length > 0 && given.start === undefined && given.end === undefined)
      return realMeasure.call(this, name, given);
    const start = known(given.start) ?? (given.duration === undefined ? 0 : undefined);
    const isLong = given.start !== undefined && given.duration !== undefined;
    const end = known(given.end) ?? (isLong ? undefined : pageNow());
    return realMeasure.call(this, name, {
      ...given,
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
    });
  };
}
