import * as keda from '@kubernetes-models/keda/keda.sh/v1alpha1';
import * as apps from 'kubernetes-models/apps/v1';
import * as autoscaling from 'kubernetes-models/autoscaling/v2';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { deployFiles, readYaml } from '../../support/deploy-files.ts';

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
}

interface Model {
  validate(): void;
}

const models: Record<string, Record<string, unknown>> = {
  v1: core,
  'apps/v1': apps,
  'autoscaling/v2': autoscaling,
  'batch/v1': batch,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
  'keda.sh/v1alpha1': keda,
};

const manifests = deployFiles('kubernetes/*.yaml')
  .filter((path) => !path.endsWith('kustomization.yaml'))
  .flatMap((path) => (readYaml(path) as Manifest[]).map((manifest) => ({ path, manifest })));

/** @throws Error what the API's schema refuses, or the keys that it does not know */
function check(manifest: Manifest): void {
  const { apiVersion, kind } = manifest;
  const Known = models[apiVersion]?.[kind] as (new (data: object) => Model) | undefined;
  if (Known === undefined) throw new Error(`${apiVersion} has no ${kind}`);
  const { model, unread } = watch(new Known(JSON.parse(JSON.stringify(manifest)) as object));
  model.validate();
  if (unread.size > 0) throw new Error(`unknown keys: ${[...unread].join(', ')}`);
}

/** `unread` has the path of each key that was not asked for: a schema asks for all that it knows. */
function watch(root: Model): { model: Model; unread: Set<string> } {
  const unread = new Set<string>();
  const proxies = new Map<object, object>();
  const watched = <Value extends object>(value: Value, path: string): Value => {
    const existing = proxies.get(value);
    if (existing !== undefined) return existing as Value;
    for (const key of Object.keys(value)) unread.add(`${path}/${key}`);
    const proxy = new Proxy(value, {
      get(target, key) {
        const field: unknown = Reflect.get(target, key);
        if (typeof key !== 'string' || !Object.hasOwn(target, key)) return field;
        unread.delete(`${path}/${key}`);
        return typeof field === 'object' && field !== null ? watched(field, `${path}/${key}`) : field;
      },
    });
    proxies.set(value, proxy);
    return proxy;
  };
  return { model: watched(root, ''), unread };
}

describe('the manifests', () => {
  it.each(manifests)(
    '$path: $manifest.kind $manifest.metadata.name is what the API takes',
    ({ manifest }) => {
      expect(() => check(manifest)).not.toThrow();
    },
  );

  it('are checked strictly', () => {
    const wrong = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { port: [{ port: 1 }] },
    };
    expect(() => check(wrong)).toThrow('unknown keys: /spec/port');
  });

  it('are all part of the kustomization, except the example of secrets', () => {
    const [{ resources }] = readYaml('kubernetes/kustomization.yaml') as [{ resources: string[] }];
    const paths = new Set(manifests.map(({ path }) => path.replace('kubernetes/', '')));
    paths.delete('secrets.example.yaml');
    expect(new Set(resources)).toEqual(paths);
  });
});

describe('the pods', () => {
  interface Container {
    readinessProbe?: { httpGet: { path: string } };
    livenessProbe?: { httpGet: { path: string } };
    resources: { requests?: object; limits?: object };
    securityContext: object;
    env: { valueFrom?: { secretKeyRef: { name: string; key: string } } }[];
    envFrom: { configMapRef: { name: string } }[];
  }
  interface Pods extends Manifest {
    spec: {
      template: {
        metadata: { labels: object };
        spec: {
          securityContext: object;
          containers: [Container];
          volumes: { secret?: { secretName: string } }[];
        };
      };
    };
  }
  const named = (kind: string) =>
    manifests.filter(({ manifest }) => manifest.kind === kind).map(({ manifest }) => manifest);
  const deployments = named('Deployment') as Pods[];
  const podOf = (name: string) =>
    deployments.find(({ metadata }) => metadata.name === name)!.spec.template.spec;

  it('run unprivileged on a file system that they cannot write, within limits', () => {
    expect(deployments).toHaveLength(2);
    for (const { spec } of deployments) {
      const { securityContext, containers } = spec.template.spec;
      expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10_001 });
      expect(containers[0].securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(containers[0].resources.requests).toHaveProperty('memory');
      expect(containers[0].resources.limits).toHaveProperty('memory');
    }
  });

  it('of the server are asked whether they are ready and alive, and one is always left', () => {
    const [server] = podOf('depicted-server').containers;
    expect(server.readinessProbe!.httpGet.path).toBe('/readyz');
    expect(server.livenessProbe!.httpGet.path).toBe('/healthz');
    const [budget] = named('PodDisruptionBudget') as (Manifest & {
      spec: { minAvailable: number; selector: { matchLabels: object } };
    })[];
    expect(budget!.spec.minAvailable).toBe(1);
    const { labels } = deployments.find(({ metadata }) => metadata.name === 'depicted-server')!.spec.template
      .metadata;
    expect(budget!.spec.selector.matchLabels).toEqual(labels);
  });

  it('take settings and secrets from what exists; workers have nothing of the server’s', () => {
    const maps = named('ConfigMap').map(({ metadata }) => metadata.name);
    const secrets = named('Secret').map(({ metadata }) => metadata.name);
    for (const { metadata, spec } of deployments) {
      const { containers, volumes } = spec.template.spec;
      const usedSecrets = [
        ...volumes.flatMap(({ secret }) => secret?.secretName ?? []),
        ...containers[0].env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef.name ?? []),
      ];
      expect(new Set(usedSecrets)).toEqual(new Set([metadata.name]));
      expect(secrets).toContain(metadata.name);
      expect(containers[0].envFrom.map(({ configMapRef }) => configMapRef.name)).toEqual([metadata.name]);
      expect(maps).toContain(metadata.name);
    }
  });
});
