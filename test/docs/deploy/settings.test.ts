/** Every setting and command that `deploy/` and its guides name exists, with a value that the program takes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program/program.ts';
import { loadSettings, settingDefinitions } from '../../../src/config/settings.ts';
import { deployFiles, deployFolder, readDeployFile, readYaml } from '../../support/deploy-files.ts';

const guides = [
  'backup',
  'deploy',
  'google-cloud',
  'moving',
  'operations',
  'people',
  'retention',
  'scaling',
  'server',
  'servers',
  'tracing',
  'worker',
].map((name) => `docs/${name}.md`);
const readGuide = (path: string) => readFileSync(join(deployFolder, '..', path), 'utf8');

const settings = Object.values(settingDefinitions) as { environment: string; isSecret?: boolean }[];
const known = new Set([
  ...settings.map(({ environment }) => environment),
  ...settings.filter(({ isSecret }) => isSecret).map(({ environment }) => `${environment}_FILE`),
  // The Dockerfile's argument.
  'DPXDT_PACKAGE',
]);

/** Settings as a process gets them; files with secrets are not there. */
function checked(environment: Record<string, unknown>): void {
  const env = Object.fromEntries(
    Object.entries(environment)
      .filter(([name]) => name.startsWith('DPXDT_') && !name.endsWith('_FILE'))
      .map(([name, value]) => [name, withDefaults(String(value))]),
  );
  loadSettings({ flags: {}, env, file: null });
}

/** `${NAME:-default}` as Compose reads it, and an address for a variable without one. */
function withDefaults(text: string): string {
  return text.replace(/\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}/g, (_, value?: string) => value ?? 'example.org');
}

/** @throws as the program does for unknown commands and options */
async function parse(args: readonly string[]): Promise<void> {
  const program = createProgram('0.0.0', async () => {});
  const quiet = { writeErr: () => {}, writeOut: () => {} };
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)])
    command.exitOverride().configureOutput(quiet);
  await program.parseAsync(args, { from: 'user' });
}

interface Process {
  command?: string[];
  args?: string[];
  environment?: Record<string, unknown>;
  image?: string;
}

describe('the settings and commands of deploy/', () => {
  it.each([...deployFiles().map((path) => `deploy/${path}`), ...guides])('%s: settings exist', (path) => {
    const text = path.startsWith('deploy/') ? readDeployFile(path.slice(7)) : readGuide(path);
    const named = text.match(/\bDPXDT_[A-Z0-9_]*[A-Z0-9]\b(?!…)/g) ?? [];
    const unknown = new Set(named.filter((name) => !known.has(name)));
    // "DPXDT_S3_…" in prose stands for all of them.
    expect([...unknown].filter((name) => !text.includes(`${name}_…`))).toEqual([]);
  });

  it('Compose: values and commands are accepted', async () => {
    const [file] = readYaml('compose/compose.yaml') as { services: Record<string, Process> }[];
    const ours = Object.values(file!.services).filter(({ image }) => image!.startsWith('${DEPICTED_IMAGE'));
    expect(ours).toHaveLength(4);
    for (const { command, environment } of ours) {
      checked(environment!);
      if (command !== undefined) await parse(command);
    }
  });

  it('Kubernetes: values and commands are accepted', async () => {
    const documents = deployFiles('kubernetes/*.yaml').flatMap(readYaml) as {
      kind: string;
      data?: Record<string, unknown>;
      spec?: { template: { spec: { containers: Process[] } } };
    }[];
    const maps = documents.filter(({ kind }) => kind === 'ConfigMap');
    for (const { data } of maps) checked(data!);
    const containers = documents
      .filter(({ kind }) => kind === 'Deployment')
      .flatMap(({ spec }) => spec!.template.spec.containers);
    for (const { args } of containers) await parse(args!);
    expect([maps.length, containers.length]).toEqual([2, 2]);
  });

  it('Google Cloud: values and commands are accepted', async () => {
    const [service] = readYaml('google-cloud/server.yaml') as {
      spec: {
        template: { spec: { containers: { args: string[]; env: { name: string; value?: string }[] }[] } };
      };
    }[];
    const [{ args, env }] = service!.spec.template.spec.containers as [
      { args: string[]; env: { name: string; value?: string }[] },
    ];
    await parse(args);
    checked(
      Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
    );
  });

  it('systemd: values and commands are accepted', async () => {
    for (const path of deployFiles('systemd/*.service')) {
      const text = readDeployFile(path);
      const command = /^ExecStart=\/usr\/bin\/env dpxdt (.*)$/m.exec(text)![1]!;
      await parse(command.split(' '));
      checked(assignments(text.replace(/^#?Environment=/gm, '')));
    }
    for (const path of deployFiles('systemd/*.env')) checked(assignments(readDeployFile(path)));
  });

  it.each(guides)('%s: commands exist', async (path) => {
    const blocks = readGuide(path).matchAll(/^```(?:sh|console)\n(.*?)^```/gms);
    const commands = [...blocks]
      .flatMap(([, block]) => block!.replace(/\\\n/g, ' ').split('\n'))
      .flatMap((line) => /^(?:\$ )?(?:sudo -u dpxdt |npx )?dpxdt +([^#|>]*)/.exec(line)?.[1]?.trim() ?? []);
    for (const command of commands) await parse(words(command));
  });
});

/** As a shell splits it. */
function words(command: string): string[] {
  return (command.match(/"[^"]*"|[^\s"]+/g) ?? []).map((word) => word.replaceAll('"', ''));
}

/** `NAME=value` lines, also those that are commented out as examples. */
function assignments(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^#?(DPXDT_\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]),
  );
}
