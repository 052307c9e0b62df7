import type { ReactNode } from 'react';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { AppError } from '../../../base/errors.ts';
import { toProblem } from '../api/problem.ts';
import { ProblemPage } from './problem.tsx';

/** A page threw. After an update of the server its old parts are gone: then loading the page anew is the way on. */
export function CrashPage({ error, reset }: ErrorComponentProps): ReactNode {
  const isMissingPart = /dynamically imported module|Importing a module|error loading/i.test(String(error));
  if (!isMissingPart) return <ProblemPage error={toProblem(error)} onRetry={reset} />;
  const problem = new AppError(
    'internal',
    'A part of this page could not be loaded. The server may have been updated since you opened it.',
  );
  return <ProblemPage error={problem} onRetry={() => window.location.reload()} />;
}
