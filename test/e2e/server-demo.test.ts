/** `dpxdt demo`: a server, two releases of the example shop, and addresses that answer. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDpxdt, startDpxdt } from '../support/run-dpxdt.ts';
import { newFolder } from '../support/running-server.ts';
import { closePage, heading, launchBrowser, openPage } from '../ui/support/review-page.ts';

interface DemoResult {
  url: string;
  releases: {
    name: string;
    number: number;
    status: string;
    counts: { total: number; undecided: number; same: number; failed: number; new: number };
    results_url: string;
  }[];
}

describe('dpxdt demo', () => {
  it('compares both versions, serves the results, and ends with 0', async () => {
    const currentFolder = newFolder();
    const demo = startDpxdt(['demo', '--json'], { currentFolder });
    const line = await demo.untilOutput(/\{"url".*\}\n/);
    const { releases } = JSON.parse(line) as DemoResult;
    expect(releases).toMatchObject([
      { name: 'Example shop', number: 1, counts: { total: 10, new: 10, failed: 0 } },
      { name: 'Example shop', number: 2, status: 'reviewing', counts: { total: 10, undecided: 7, same: 3 } },
    ]);
    const browser = await launchBrowser();
    const page = await openPage(browser, releases[1]!.results_url);
    expect(await heading(page)).toBe('Example shop #2');
    await page.getByText('7 of 10 differ').first().waitFor();
    await closePage(page);
    await browser.close();
    demo.process.kill('SIGTERM');
    expect((await demo.result).status).toBe(0);
    expect(readdirSync(currentFolder), 'its data is thrown away').toEqual([]);
  });

  it('keeps the data in a folder that was named, also one that is called as the default is', async () => {
    const currentFolder = newFolder();
    const demo = startDpxdt(['demo', '--data-dir', 'dpxdt-data'], { currentFolder });
    await demo.untilOutput(/The server is at/);
    demo.process.kill('SIGTERM');
    const { status, stdout } = await demo.result;
    expect(status).toBe(0);
    expect(stdout).not.toContain('thrown away');
    expect(readdirSync(join(currentFolder, 'dpxdt-data'))).toContain('dpxdt.sqlite');
  });

  it('migrates and administers data without a server', async () => {
    const currentFolder = newFolder();
    const mistyped = await runDpxdt(['migrate', '--json'], { currentFolder });
    expect([mistyped.status, mistyped.stdout]).toEqual([2, '']);
    const made = await runDpxdt(['admin', 'create-build', '--name', 'Shop', '--json'], { currentFolder });
    expect(made.status).toBe(0);
    const migrated = await runDpxdt(['migrate', '--json'], { currentFolder });
    expect(migrated).toMatchObject({ status: 0, stdout: '{"up_to_date":true}\n' });
    const refused = await runDpxdt(['admin', 'create-key', '--build', '7'], { currentFolder });
    expect(refused.stderr).toMatch(/^dpxdt: Build 7 does not exist/);
    expect(refused.status).toBe(2);
  });
});
