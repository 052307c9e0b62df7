/** The alerts and the dashboard ask for metrics and labels that /metrics has. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Slugger from 'github-slugger';
import { beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../api/support/server.ts';
import { deployFolder, readDeployFile, readYaml } from '../../support/deploy-files.ts';

interface Rule {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; runbook_url: string };
}

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string }[];
}

const [{ groups }] = readYaml('prometheus/depicted-alerts.yml') as [{ groups: { rules: Rule[] }[] }];
const rules = groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(readDeployFile('grafana/depicted.json')) as { panels: Panel[] };
const queries = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr }))),
  ...(readDeployFile('kubernetes/autoscaling.yaml').match(/query: .*/g) ?? []).map((expr) => ({
    where: 'autoscaling.yaml',
    expr,
  })),
];

/** Labels by metric, as a server that has worked shows them. */
const shown = new Map<string, Set<string>>([['up', new Set(['job', 'instance'])]]);
const metrics: string[] = [];

beforeAll(async () => {
  const server = await startServer({});
  const client = server.client();
  const { releaseNumber } = await client.createRelease({ buildId: server.buildA, releaseName: 'r' });
  const release = { buildId: server.buildA, releaseName: 'r', releaseNumber };
  await client.requestRun({ ...release, runName: 'a', url: 'http://example.org/' });
  await client.requestRun({
    ...release,
    runName: 'b',
    url: 'http://example.org/',
    config: { workerLabel: 'vpn' },
  });
  const worker = server.client(server.superKey);
  const { tasks } = await worker.leaseTasks({ queueName: 'capture' });
  await worker.reportRun({ ...release, runName: 'a', url: 'http://example.org/', runFailed: true });
  await worker.finishTask({ queueName: 'capture', taskId: tasks[0]!.taskId, leaseId: tasks[0]!.leaseId! });
  const answer = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Basic ${btoa(`${server.superKey.keyId}:${server.superKey.keySecret}`)}` },
  });
  const text = await answer.text();
  for (const [, name] of text.matchAll(/^# TYPE (\w+)/gm)) {
    shown.set(name!, new Set(['job', 'instance']));
    metrics.push(name!);
  }
  for (const [, name, labels] of text.matchAll(/^((?:dpxdt|process)_\w+)(?:\{(.*)\})? /gm)) {
    const known = shown.get(name!) ?? new Set();
    for (const [, label] of (labels ?? '').matchAll(/(\w+)="/g)) known.add(label!);
    shown.set(name!, known);
  }
  await server.close();
});

describe.each(queries)('$where', ({ expr }) => {
  it('asks for metrics and labels that exist', () => {
    const asked = [...expr.matchAll(/\b(up|(?:dpxdt|process)_\w+)(?:\{([^}]*)\})?/g)];
    expect(asked.length).toBeGreaterThan(0);
    for (const [, metric, selectors = ''] of asked) {
      expect([...shown.keys()]).toContain(metric);
      for (const [, label] of selectors.matchAll(/(\w+)[=!]/g))
        expect([...shown.get(metric!)!], metric).toContain(label);
    }
    const all = new Set([...shown.values()].flatMap((labels) => [...labels]));
    for (const [, labels] of expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g))
      for (const label of labels!.split(', ')) expect([...all]).toContain(label);
  });

  it('closes what it opens', () => {
    const open = expr.replace(/"[^"]*"/g, '');
    for (const pair of ['()', '[]', '{}'])
      expect(open.split(pair[0]!).length, pair).toBe(open.split(pair[1]!).length);
  });
});

it('every alert has a severity, waits a while, and leads to what to do', () => {
  const manual = readFileSync(join(deployFolder, '../docs/operations.md'), 'utf8');
  const slugs = new Slugger();
  const anchors = [...manual.matchAll(/^#+ (.*)$/gm)].map(([, title]) => slugs.slug(title!));
  for (const { alert, labels, annotations, for: duration } of rules) {
    expect(['info', 'warning', 'critical'], alert).toContain(labels.severity);
    expect(duration, alert).toMatch(/^\d+[mh]$/);
    expect(annotations.summary.length, alert).toBeGreaterThan(10);
    const [page, anchor] = annotations.runbook_url.split('#');
    expect(page, alert).toBe('docs/operations.md');
    expect(anchors, alert).toContain(anchor);
  }
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
});

it('every metric is on the dashboard, and explained', () => {
  const manual = readFileSync(join(deployFolder, '../docs/operations.md'), 'utf8');
  const shownThere = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join(' ');
  expect(metrics.filter((metric) => !shownThere.includes(metric))).toEqual([]);
  expect(metrics.filter((metric) => !manual.includes(`\`${metric}\``))).toEqual([]);
});

it('workers without a label are not started for tasks that ask for one', () => {
  const [, query] = /^ *query: (.*)$/m.exec(readDeployFile('kubernetes/autoscaling.yaml'))!;
  expect(query).toContain('label=""');
});

it('the dashboard has a place for every panel', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});
