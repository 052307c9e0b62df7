/** Reports the outcome of a release to people, scripts and the CI system. */

import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { ExitStatus } from '../../base/exit-status.ts';
import { toJson } from '../../tools/json-report.ts';
import { toJUnitXml } from '../../tools/junit-report.ts';
import { toMarkdown } from '../../tools/summary-markdown.ts';
import type { ToolReport } from '../../tools/tool-report.ts';
import type { CommandContext } from '../terminal/context.ts';
import type { createToolPrinter } from '../terminal/tool-printer.ts';

/** Writes and prints what the settings ask for. @returns the exit status of the command */
export async function reportOutcome(
  context: CommandContext,
  report: ToolReport,
  printer: ReturnType<typeof createToolPrinter>,
): Promise<ExitStatus> {
  const { settings, terminal, json } = context;
  if (json) terminal.data(`${toJson(report)}\n`);
  if (settings.junit !== null) await write(context, settings.junit, toJUnitXml(report));
  await writeSummaries(context, toMarkdown(report));
  printer.printOutcome(report.outcome, report.judgement);
  return report.judgement.status;
}

/** Where asked for, and where GitHub Actions shows it on the page of the run. */
async function writeSummaries(context: CommandContext, markdown: string): Promise<void> {
  const { settings, env } = context;
  if (settings.summary !== null) await write(context, settings.summary, markdown);
  const stepSummary = env.GITHUB_STEP_SUMMARY;
  if (stepSummary) {
    await appendFile(stepSummary, `${markdown}\n`).catch((error: NodeJS.ErrnoException) => {
      context.terminal.complain(`Warning: the step summary could not be written (${error.code}).`);
    });
  }
}

async function write({ currentFolder }: CommandContext, file: string, text: string): Promise<void> {
  const path = resolve(currentFolder, file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError('invalid_argument', `"${file}" cannot be written (${code}).`, { cause: error });
  }
}
