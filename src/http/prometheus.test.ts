import { expect, it } from 'vitest';
import { Registry } from './prometheus.ts';

it('writes counters and gauges with their labels, in the order they were added', () => {
  const registry = new Registry();
  const counter = registry.counter({ name: 'jobs_total', help: 'Jobs.' });
  const gauge = registry.gauge({ name: 'depth', help: 'Two\nlines \\ here.' });
  registry.gauge({ name: 'unused', help: 'Nothing yet.' });
  counter.add({ queue: 'a', result: 'done' });
  counter.add({ queue: 'a', result: 'done' }, 2);
  counter.add({ queue: 'b', result: 'done' }, 0.5);
  gauge.set({}, 7);
  gauge.set({}, 3);
  expect(registry.text()).toBe(`# HELP jobs_total Jobs.
# TYPE jobs_total counter
jobs_total{queue="a",result="done"} 3
jobs_total{queue="b",result="done"} 0.5
# HELP depth Two\\nlines \\\\ here.
# TYPE depth gauge
depth 3
# HELP unused Nothing yet.
# TYPE unused gauge
`);
  gauge.reset();
  expect(registry.text()).not.toContain('\ndepth ');
});

it('writes a histogram as cumulated buckets, a sum and a count', () => {
  const registry = new Registry();
  const seconds = registry.histogram({ name: 'seconds', help: 'Time.', buckets: [0.5, 1, 10] });
  for (const value of [0.25, 0.5, 1.5, 99]) seconds.observe({ route: '/a' }, value);
  seconds.observe({ route: '/b' }, 1);
  expect(registry.text()).toBe(`# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{le="0.5",route="/a"} 2
seconds_bucket{le="1",route="/a"} 2
seconds_bucket{le="10",route="/a"} 3
seconds_bucket{le="+Inf",route="/a"} 4
seconds_sum{route="/a"} 101.25
seconds_count{route="/a"} 4
seconds_bucket{le="0.5",route="/b"} 0
seconds_bucket{le="1",route="/b"} 1
seconds_bucket{le="10",route="/b"} 1
seconds_bucket{le="+Inf",route="/b"} 1
seconds_sum{route="/b"} 1
seconds_count{route="/b"} 1
`);
});

it('lets no label break out of its quotes', () => {
  const registry = new Registry();
  registry.counter({ name: 'c', help: '' }).add({ reason: 'a"} 1\nforged{x="\\' });
  expect(registry.text().split('\n').slice(2)).toEqual(['c{reason="a\\"} 1\\nforged{x=\\"\\\\"} 1', '']);
});
