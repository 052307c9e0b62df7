import { composeLocal, locateBrowser, locateFirefox } from '../../compose.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { examine, type Finding } from '../../local/doctor.ts';
import type { CommandContext } from '../terminal/context.ts';
import { printable } from '../terminal/terminal.ts';

/** `dpxdt doctor`: 0 when local tests can run, else 3. */
export async function doctorCommand(context: CommandContext): Promise<ExitStatus> {
  const { settings, terminal, currentFolder, json } = context;
  const warnings: Finding[] = [];
  const parts = composeLocal({
    browserPath: settings.browserPath,
    firefoxPath: settings.firefoxPath,
    browserSandbox: settings.browserSandbox,
    workers: 1,
    warn: (message) => warnings.push({ subject: 'browser', state: 'warning', message }),
  });
  try {
    const findings = await examine({
      currentFolder,
      reportFolder: settings.report,
      findBrowser: () => locateBrowser(settings.browserPath),
      findFirefox: () => locateFirefox(settings.firefoxPath),
      isFirefoxNamed: settings.firefoxPath !== null,
      capturer: parts.capturer,
    });
    findings.push(...warnings);
    if (json) terminal.data(`${JSON.stringify(findings, null, 2)}\n`);
    const { colors } = terminal;
    const marks = {
      ok: colors.green('ok'),
      warning: colors.yellow('warning'),
      problem: colors.red('problem'),
    };
    for (const { subject, state, message } of findings) {
      terminal.say(printable(`${marks[state]}: ${subject}: ${message}`));
    }
    const problems = findings.filter(({ state }) => state === 'problem').length;
    terminal.say(
      problems === 0
        ? 'Local tests can run here.'
        : `Local tests cannot run yet: ${problems} problem(s) to fix.`,
    );
    return problems === 0 ? exitStatus.ok : exitStatus.failed;
  } finally {
    await parts.close();
  }
}
