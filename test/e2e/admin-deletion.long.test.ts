import { expect, it } from 'vitest';
import { runDpxdt } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';

it.each(['the data folder', 'a server'])(
  'dpxdt admin deletes, restores and tidies up, on %s',
  async (where) => {
    const folder = newFolder();
    const run = async (...args: string[]) =>
      runDpxdt(['admin', ...args], {
        currentFolder: folder,
        env: server === null ? {} : { DPXDT_SERVER: server.url },
      });
    const json = async (...args: string[]) =>
      JSON.parse((await run(...args, '--json')).stdout) as Record<string, unknown>;
    let server: Awaited<ReturnType<typeof startServerProcess>> | null = null;
    if (where === 'a server') server = await startServerProcess(folder, ['--workers', '0']);
    const { build_id: id } = await json('create-build', '--name', 'Shop');
    const build = ['--build', String(id)];

    expect(await json('retention', ...build, '--keep-releases', '200', '--branch-days', '30')).toEqual({
      build_id: id,
      keep_releases: 200,
      keep_days: 0,
      branch_days: 30,
    });
    expect((await run('retention', ...build)).stdout).toContain('keeps the newest 200 releases');
    expect(await json('retention', ...build, '--keep-days', '1', '--dry-run')).toEqual({
      total: 0,
      releases: [],
      kept_for_baselines: 0,
      freed: { artifacts: 0, bytes: 0 },
    });
    expect(await json('disk', ...build)).toEqual({ build_id: id, artifacts: 0, bytes: 0 });

    const wrong = await run('delete-build', ...build, '--confirm', 'shop');
    expect(wrong.status).not.toBe(0);
    expect(wrong.stderr).toContain('the build to delete is "Shop"');
    expect(await json('delete-build', ...build, '--confirm', 'Shop')).toMatchObject({ deleted: true });
    expect(await json('list-deleted')).toMatchObject({ builds: [{ id, name: 'Shop', deleted_by: 'local' }] });
    expect(await json('restore-build', ...build)).toEqual({ build_id: id, deleted: false });
    expect(await json('list-deleted', ...build)).toEqual({ releases: [] });
    const release = ['--name', 'x', '--number', '3'];
    const none = await run('delete-release', ...build, ...release, '--confirm', 'x');
    expect(none.stderr).toContain(`Build ${String(id)} has no release "x" number 3.`);
  },
);
