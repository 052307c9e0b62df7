/** Entry of the process of `git-host.ts`: answers one question after the other, until no one can ask any more. */

import { execFileSync } from 'node:child_process';
import { openSync, readSync, writeSync } from 'node:fs';
import { gatherGitStory, noFlags } from '../../src/tools/git/gather-git-story.ts';

export type Question =
  | {
      kind: 'git';
      args: readonly string[];
      cwd: string;
      env: Readonly<Record<string, string>>;
      input?: string;
    }
  | { kind: 'story'; cwd: string; environment: Readonly<Record<string, string>>; event: unknown };

/** What an error of `execFileSync` has. */
export interface Failed {
  message: string;
  status?: number | null;
  stderr?: string;
}

const [questions, answers] = process.argv.slice(2) as [string, string];
const asked = openSync(questions, 'r');
const answered = openSync(answers, 'w');
const chunk = Buffer.alloc(65_536);

function answerTo(question: Question): Promise<unknown> | string {
  if (question.kind === 'story') {
    const { cwd, environment, event } = question;
    return gatherGitStory({ cwd, environment, flags: noFlags, readEvent: () => event });
  }
  const { args, cwd, env, input } = question;
  return execFileSync('git', args, {
    ...{ cwd, env, encoding: 'utf8', maxBuffer: 2 ** 28 },
    ...(input === undefined ? { stdio: ['ignore', 'pipe', 'pipe'] } : { stdio: 'pipe', input }),
  });
}

async function answer(line: string): Promise<void> {
  let answer: { value: unknown } | { failed: Failed };
  try {
    answer = { value: await answerTo(JSON.parse(line) as Question) };
  } catch (error) {
    const { message, status, stderr } = error as Error & Omit<Failed, 'message'>;
    answer = {
      failed: { message, ...(status !== undefined && { status }), ...(stderr !== undefined && { stderr }) },
    };
  }
  const text = Buffer.from(JSON.stringify(answer));
  const all = Buffer.concat([Buffer.from(`${text.length}\n`), text]);
  for (let at = 0; at < all.length;) at += writeSync(answered, all, at);
}

let text = '';
for (let size = readSync(asked, chunk); size > 0; size = readSync(asked, chunk)) {
  text += chunk.toString('utf8', 0, size);
  const lines = text.split('\n');
  text = lines.pop()!;
  for (const line of lines) await answer(line);
}
