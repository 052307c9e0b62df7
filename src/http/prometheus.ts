/** Metrics in the Prometheus text format, version 0.0.4. */

export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Values by label name. Every call on one metric must use the same labels. */
type Labels = Readonly<Record<string, string>>;

export interface MetricOptions {
  /** `[a-zA-Z_:][a-zA-Z0-9_:]*` */
  name: string;
  help: string;
}

interface Metric {
  lines(): string[];
}

/** The metrics of one endpoint, in the order added. */
export class Registry {
  readonly #metrics: Metric[] = [];

  counter(options: MetricOptions): Counter {
    return this.#add(new Counter(options, 'counter'));
  }

  gauge(options: MetricOptions): Gauge {
    return this.#add(new Gauge(options, 'gauge'));
  }

  /** @param options `buckets`: ascending upper bounds; `+Inf` is added */
  histogram(options: MetricOptions & { buckets: readonly number[] }): Histogram {
    return this.#add(new Histogram(options));
  }

  text(): string {
    return this.#metrics.flatMap((metric) => metric.lines().map((line) => `${line}\n`)).join('');
  }

  #add<Added extends Metric>(metric: Added): Added {
    this.#metrics.push(metric);
    return metric;
  }
}

/** A sum for each combination of labels seen. */
class Sums implements Metric {
  readonly #options: MetricOptions;
  readonly #type: 'counter' | 'gauge';
  protected readonly values = new Map<string, number>();

  constructor(options: MetricOptions, type: 'counter' | 'gauge') {
    this.#options = options;
    this.#type = type;
  }

  add(labels: Labels, amount = 1): void {
    const key = labelText(labels);
    this.values.set(key, (this.values.get(key) ?? 0) + amount);
  }

  lines(): string[] {
    const { name } = this.#options;
    const samples = [...this.values].map(([labels, value]) => sample(name, labels, value));
    return [...heading(this.#options, this.#type), ...samples];
  }
}

/** A counter: only increases. */
class Counter extends Sums {}

/** A gauge: the current value. */
class Gauge extends Sums {
  set(labels: Labels, value: number): void {
    this.values.set(labelText(labels), value);
  }

  /** Clears all values; only those set again are shown. */
  reset(): void {
    this.values.clear();
  }
}

interface Observations {
  /** Per bucket, not cumulative; the last one is `+Inf`. */
  counts: number[];
  sum: number;
}

/** A histogram of values. */
class Histogram implements Metric {
  readonly #options: MetricOptions & { buckets: readonly number[] };
  readonly #observations = new Map<string, Observations>();

  constructor(options: MetricOptions & { buckets: readonly number[] }) {
    this.#options = options;
  }

  observe(labels: Labels, value: number): void {
    const { buckets } = this.#options;
    const key = labelText(labels);
    let seen = this.#observations.get(key);
    if (seen === undefined) {
      seen = { counts: Array.from({ length: buckets.length + 1 }, () => 0), sum: 0 };
      this.#observations.set(key, seen);
    }
    const bucket = buckets.findIndex((bound) => value <= bound);
    seen.counts[bucket === -1 ? buckets.length : bucket]! += 1;
    seen.sum += value;
  }

  lines(): string[] {
    const { name, buckets } = this.#options;
    const lines = heading(this.#options, 'histogram');
    for (const [labels, { counts, sum }] of this.#observations) {
      let count = 0;
      for (const [index, more] of counts.entries()) {
        count += more;
        const bound = `le="${numberText(buckets[index] ?? Infinity)}"`;
        lines.push(sample(`${name}_bucket`, labels === '' ? bound : `${bound},${labels}`, count));
      }
      lines.push(sample(`${name}_sum`, labels, sum), sample(`${name}_count`, labels, count));
    }
    return lines;
  }
}

function heading({ name, help }: MetricOptions, type: string): string[] {
  const escaped = help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  return [`# HELP ${name} ${escaped}`, `# TYPE ${name} ${type}`];
}

function sample(name: string, labels: string, value: number): string {
  return `${name}${labels === '' ? '' : `{${labels}}`} ${numberText(value)}`;
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, escapeInLabel)}"`)
    .join(',');
}

function escapeInLabel(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}

function numberText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
