import type { ReactNode } from 'react';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { AppError } from '../../../base/errors.ts';
import { toProblem } from '../api/problem.ts';
import { ProblemPage } from './problem.tsx';

/** Shown when a page throws. After a server update, old code chunks are gone and a reload fixes it. */
export function CrashPage({ error, reset }: ErrorComponentProps): ReactNode {
  const isMissingPart = /dynamically imported module|Importing a module|error loading/i.test(String(error));
  if (!isMissingPart) return <ProblemPage error={toProblem(error)} onRetry={reset} />;
  const problem = new AppError(
    'internal',
    'Part of this page could not be loaded. The server may have been updated since you opened the page.',
  );
  return <ProblemPage error={problem} onRetry={() => window.location.reload()} />;
}
