/**
 * Runs git, and gathers its story, from a small process. A test process has hundreds of megabytes, and the kernel copies
 * its page tables for each program that it starts: that takes fifty times as long as git does.
 */

import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitStory as GatheredStory } from '../../src/tools/git/git-story.ts';
import type { Failed, Question } from './git-host-process.ts';

interface Host {
  ask: number;
  answer: number;
}

let host: Host | undefined;

/** Standard output of git. @throws as `execFileSync` does */
export function runGit(
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>>; input?: string },
): string {
  return ask({ kind: 'git', args, ...options }) as string;
}

/** What the tools gather in a folder where the user says nothing. */
export function gatherStory(place: {
  cwd: string;
  environment: Readonly<Record<string, string>>;
  /** Of the CI job. */
  event: unknown;
}): GatheredStory {
  return ask({ kind: 'story', ...place }) as GatheredStory;
}

/** Blocks until the answer is there. */
function ask(question: Question): unknown {
  host ??= startHost();
  writeSync(host.ask, `${JSON.stringify(question)}\n`);
  const size = Number(readLine(host.answer));
  const text = Buffer.alloc(size);
  for (let at = 0; at < size;) at += readSync(host.answer, text, at, size - at, null);
  const answer = JSON.parse(text.toString()) as { value: unknown } | { failed: Failed };
  if ('value' in answer) return answer.value;
  const { message, ...fields } = answer.failed;
  throw Object.assign(new Error(message), fields);
}

/** It ends when this process does. */
function startHost(): Host {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-git-host-'));
  const [questions, answers] = [join(folder, 'questions'), join(folder, 'answers')];
  execFileSync('mkfifo', [questions, answers]);
  const script = join(import.meta.dirname, 'git-host-process.ts');
  // Threads of the engine would touch memory after each fork, which is then copied.
  const child = spawn(process.execPath, ['--single-threaded', script, questions, answers], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  child.unref();
  // Each waits for the other end.
  const opened = { ask: openSync(questions, 'w'), answer: openSync(answers, 'r') };
  rmSync(folder, { recursive: true });
  return opened;
}

function readLine(file: number): string {
  const byte = Buffer.alloc(1);
  let line = '';
  for (;;) {
    if (readSync(file, byte, 0, 1, null) === 0) {
      closeSync(file);
      throw new Error('The process that runs git for tests has ended.');
    }
    if (byte[0] === 10) return line;
    line += String.fromCharCode(byte[0]!);
  }
}
