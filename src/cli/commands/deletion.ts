import type { ExitStatus } from '../../base/exit-status.ts';
import type { RetentionFigures } from '../../compose/admin-deletion.ts';
import { maxKeepDays, maxKeepReleases, retentionNames } from '../../domain/releases/retention.ts';
import type { Retention } from '../../domain/releases/retention.ts';
import type { CommandContext } from '../terminal/context.ts';
import { readNumber } from '../options/read-number.ts';
import { formatBytes } from '../terminal/copy-printer.ts';
import { administer, readBuildId } from './admin.ts';

interface ReleaseOptions {
  build: string;
  name: string;
  number: string;
}

export interface RetentionOptions {
  build: string;
  keepReleases?: string;
  keepDays?: string;
  branchDays?: string;
  dryRun?: boolean;
}

/** `dpxdt admin delete-release` */
export function deleteReleaseCommand(
  context: CommandContext,
  options: ReleaseOptions & { confirm: string },
): Promise<ExitStatus> {
  const input = { ...keyOf(options), confirm: options.confirm };
  return administer(context, {
    data: (admin) => admin.deleteRelease(input),
    needsData: true,
    server: (client) => client.deleteRelease(input),
    print: ({ restorableUntil }) => ({
      json: { ...wireKey(input), deleted: true, restorable_until: restorableUntil },
      lines: [
        `Release ${labelOf(options)} was deleted. Until ${timeOf(restorableUntil)}, dpxdt admin restore-release brings it back.`,
      ],
    }),
  });
}

/** `dpxdt admin restore-release` */
export function restoreReleaseCommand(context: CommandContext, options: ReleaseOptions): Promise<ExitStatus> {
  const key = keyOf(options);
  return administer(context, {
    data: (admin) => admin.restoreRelease(key),
    needsData: true,
    server: async (client) => void (await client.restoreRelease(key)),
    print: () => ({
      json: { ...wireKey(key), deleted: false },
      lines: [`Release ${labelOf(options)} was restored.`],
    }),
  });
}

/** `dpxdt admin delete-build` */
export function deleteBuildCommand(
  context: CommandContext,
  { build, confirm }: { build: string; confirm: string },
): Promise<ExitStatus> {
  const buildId = readBuildId(build);
  return administer(context, {
    data: (admin) => admin.deleteBuild({ buildId, confirm }),
    needsData: true,
    server: (client) => client.deleteBuild({ buildId, confirm }),
    print: ({ restorableUntil }) => ({
      json: { build_id: buildId, deleted: true, restorable_until: restorableUntil },
      lines: [
        `Build ${buildId} (${confirm}) was deleted. Until ${timeOf(restorableUntil)}, dpxdt admin restore-build brings it back.`,
      ],
    }),
  });
}

/** `dpxdt admin restore-build` */
export function restoreBuildCommand(
  context: CommandContext,
  { build }: { build: string },
): Promise<ExitStatus> {
  const buildId = readBuildId(build);
  return administer(context, {
    data: (admin) => admin.restoreBuild(buildId),
    needsData: true,
    server: async (client) => void (await client.restoreBuild({ buildId })),
    print: () => ({
      json: { build_id: buildId, deleted: false },
      lines: [`Build ${buildId} was restored.`],
    }),
  });
}

/** `dpxdt admin list-deleted`: the releases of a build, or the builds. */
export function listDeletedCommand(
  context: CommandContext,
  { build }: { build?: string },
): Promise<ExitStatus> {
  if (build === undefined) {
    return administer(context, {
      data: (admin) => admin.listDeletedBuilds(),
      needsData: true,
      server: async (client) => (await client.listDeletedBuilds()).builds,
      print: (builds) => ({
        json: {
          builds: builds.map((one) => ({ id: one.build.id, name: one.build.name, ...wireDeletion(one) })),
        },
        lines: listed(
          builds.map((one) => `build ${one.build.id} (${one.build.name})${deletionWords(one)}`),
          'No deleted build can be restored.',
        ),
      }),
    });
  }
  const buildId = readBuildId(build);
  return administer(context, {
    data: (admin) => admin.listDeletedReleases(buildId),
    needsData: true,
    server: async (client) => (await client.listDeletedReleases({ buildId })).releases,
    print: (releases) => ({
      json: {
        releases: releases.map((one) => ({
          name: one.release.name,
          number: one.release.number,
          ...wireDeletion(one),
        })),
      },
      lines: listed(
        releases.map((one) => `${one.release.name} #${one.release.number}${deletionWords(one)}`),
        `Build ${buildId} has no deleted release that can be restored.`,
      ),
    }),
  });
}

/** `dpxdt admin retention`: sets the rules that are given, or with `--dry-run` tries them. */
export function retentionCommand(context: CommandContext, options: RetentionOptions): Promise<ExitStatus> {
  const buildId = readBuildId(options.build);
  const rules = rulesOf(options);
  if (options.dryRun === true) {
    return administer(context, {
      data: (admin) => admin.previewRetention(buildId, rules),
      needsData: true,
      server: (client) => client.previewRetention({ buildId, ...rules }),
      print: printPreview,
    });
  }
  return administer(context, {
    data: (admin) => admin.setRetention(buildId, rules),
    needsData: true,
    server: async (client) => (await client.updateBuild({ buildId, ...rules })).build,
    print: ({ keepReleases, keepDays, branchDays }) => ({
      json: { build_id: buildId, keep_releases: keepReleases, keep_days: keepDays, branch_days: branchDays },
      lines: [retentionWords(buildId, { keepReleases, keepDays, branchDays })],
    }),
  });
}

/** `dpxdt admin disk` */
export function diskCommand(context: CommandContext, { build }: { build: string }): Promise<ExitStatus> {
  const buildId = readBuildId(build);
  return administer(context, {
    data: (admin) => admin.diskOf(buildId),
    needsData: true,
    server: (client) => client.buildDisk({ buildId }),
    print: (figures) => ({
      json: { build_id: buildId, artifacts: figures.artifacts, bytes: figures.bytes },
      lines: [`Build ${buildId}: ${diskWords(figures)}.`],
    }),
  });
}

function printPreview({ total, releases, keptForBaselines, freed }: RetentionFigures) {
  const kept =
    keptForBaselines === 0
      ? []
      : [
          `${countOf(keptForBaselines, 'release')} more would stay, for ${keptForBaselines === 1 ? 'its' : 'their'} baselines.`,
        ];
  const rest = total - releases.length;
  return {
    json: {
      total,
      releases: releases.map(({ name, number }) => ({ name, number })),
      kept_for_baselines: keptForBaselines,
      freed: { artifacts: freed.artifacts, bytes: freed.bytes },
    },
    lines: [
      `Dry run: would delete ${countOf(total, 'release')} and free ${diskWords(freed)}.`,
      ...releases.map(({ name, number }) => `  ${name} #${number}`),
      ...(rest > 0 ? [`  and ${rest} more`] : []),
      ...kept,
    ],
  };
}

function rulesOf(options: RetentionOptions): Partial<Retention> {
  const given = retentionNames.flatMap((name) => {
    const text = options[name];
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return text === undefined ? [] : [[name, readNumber(flag, text, 0, limitOf(name))] as const];
  });
  return Object.fromEntries(given);
}

const limitOf = (name: keyof Retention) => (name === 'keepReleases' ? maxKeepReleases : maxKeepDays);

function keyOf({ build, name, number }: ReleaseOptions) {
  return {
    buildId: readBuildId(build),
    releaseName: name,
    releaseNumber: readNumber('--number', number, 1, 2_147_483_647),
  };
}

const wireKey = (key: ReturnType<typeof keyOf>) => ({
  build_id: key.buildId,
  release_name: key.releaseName,
  release_number: key.releaseNumber,
});

const labelOf = ({ name, number }: ReleaseOptions) => `${name} #${number}`;
const timeOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

interface Deletion {
  deletedBy: string;
  restorableUntil: number;
}

const wireDeletion = ({ deletedBy, restorableUntil }: Deletion) => ({
  deleted_by: deletedBy,
  restorable_until: restorableUntil,
});
const deletionWords = ({ deletedBy, restorableUntil }: Deletion) =>
  `: deleted by ${deletedBy}, can be restored until ${timeOf(restorableUntil)}`;
const listed = (lines: string[], none: string) => (lines.length === 0 ? [none] : lines);

function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function diskWords({ artifacts, bytes }: RetentionFigures['freed']): string {
  return `${formatBytes(bytes)} in ${countOf(artifacts, 'artifact')}`;
}

function retentionWords(buildId: number, { keepReleases, keepDays, branchDays }: Retention): string {
  const rules = [
    ...(keepReleases > 0 ? [`the newest ${countOf(keepReleases, 'release')}`] : []),
    ...(keepDays > 0 ? [`releases younger than ${countOf(keepDays, 'day')}`] : []),
  ];
  const branches =
    branchDays > 0
      ? [`Releases of a branch are deleted ${countOf(branchDays, 'day')} after its newest one.`]
      : [];
  const keeps = rules.length === 0 ? 'everything' : `${rules.join(' and ')}, and every baseline`;
  return [`Build ${buildId} keeps ${keeps}.`, ...branches].join(' ');
}
