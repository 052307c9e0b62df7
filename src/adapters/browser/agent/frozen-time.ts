import type { ClockOptions, PageClock } from './page-clock.ts';

/** Stops every clock that a page, frame or worker can ask. Sent as text, after the page clock. */
export function installFrozenTime({ frozenAt }: ClockOptions): void {
  if (frozenAt === null) return;
  const at = frozenAt;
  const scope = globalThis as unknown as {
    __dpxdtClock: PageClock;
    __dpxdtFrozen?: true;
    Date: DateConstructor;
    Temporal?: { Now: Record<string, unknown>; Instant: { fromEpochMilliseconds(ms: number): Instant } };
    Document?: { prototype: object };
    DocumentTimeline?: { prototype: object };
    File: typeof File;
  };
  interface Instant {
    toZonedDateTimeISO(
      zone: unknown,
    ): Record<'toPlainDate' | 'toPlainTime' | 'toPlainDateTime', () => unknown>;
  }
  if (scope.__dpxdtFrozen) return;
  Object.defineProperty(scope, '__dpxdtFrozen', { value: true });
  const { pageNow } = scope.__dpxdtClock;
  const define = (target: object, name: string, how: PropertyDescriptor): void => {
    Object.defineProperty(target, name, { configurable: true, ...how });
  };

  const RealDate = Date;
  const FrozenDate = function Date(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(at).toString();
    return Reflect.construct(
      RealDate,
      args.length === 0 ? [at] : args,
      new.target === (FrozenDate as unknown) ? RealDate : new.target,
    );
  } as unknown as DateConstructor;
  Object.setPrototypeOf(FrozenDate, RealDate);
  Object.defineProperty(FrozenDate, 'prototype', { value: RealDate.prototype });
  Object.defineProperty(FrozenDate, 'length', { value: RealDate.length });
  define(FrozenDate, 'now', { value: () => at, writable: true });
  define(RealDate.prototype, 'constructor', { value: FrozenDate, writable: true });
  scope.Date = FrozenDate;

  define(Event.prototype, 'timeStamp', { get: () => pageNow() });
  if (scope.DocumentTimeline !== undefined)
    define(scope.DocumentTimeline.prototype, 'currentTime', { get: () => pageNow() });
  const RealFile = File;
  scope.File = new Proxy(RealFile, {
    construct: (target, [parts, name, how]: ConstructorParameters<typeof File>, newTarget) =>
      Reflect.construct(
        target,
        [parts, name, { ...how, lastModified: how?.lastModified ?? at }],
        newTarget,
      ) as File,
  });
  define(RealFile.prototype, 'constructor', { value: scope.File, writable: true });

  const format = Intl.DateTimeFormat.prototype;
  /* eslint-disable @typescript-eslint/unbound-method -- called with the right `this` below */
  const realFormat = Object.getOwnPropertyDescriptor(format, 'format')!.get!;
  const realParts = format.formatToParts;
  /* eslint-enable @typescript-eslint/unbound-method */
  define(format, 'format', {
    get(this: Intl.DateTimeFormat) {
      const bound = realFormat.call(this) as (date: unknown) => string;
      return (date?: unknown) => bound(date === undefined ? at : date);
    },
  });
  format.formatToParts = function formatToParts(date?: Date | number) {
    return realParts.call(this, date ?? at);
  };

  if (scope.Temporal !== undefined) {
    const { Now, Instant } = scope.Temporal;
    const zoneId = Now['timeZoneId'] as () => string;
    const instant = (): Instant => Instant.fromEpochMilliseconds(at);
    const zoned = (zone?: unknown) => instant().toZonedDateTimeISO(zone ?? zoneId.call(Now));
    const answers: Record<string, (zone?: unknown) => unknown> = {
      instant,
      zonedDateTimeISO: zoned,
      plainDateISO: (zone) => zoned(zone).toPlainDate(),
      plainTimeISO: (zone) => zoned(zone).toPlainTime(),
      plainDateTimeISO: (zone) => zoned(zone).toPlainDateTime(),
    };
    for (const [name, value] of Object.entries(answers)) define(Now, name, { value, writable: true });
  }

  if (scope.Document !== undefined) {
    define(scope.Document.prototype, 'lastModified', {
      get: () => {
        const date = new RealDate(at);
        const two = (value: number): string => String(value).padStart(2, '0');
        const day = `${two(date.getMonth() + 1)}/${two(date.getDate())}/${date.getFullYear()}`;
        return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
      },
    });
  }
}
