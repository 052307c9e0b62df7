import '../kit/details-panel.css';
import type { LocalReport } from '../../contract/files/local-report.ts';
import { plural } from '../kit/format.ts';

/** Baseline files without a test. */
export function UnusedBaselines({ report }: { report: LocalReport }) {
  const { unusedReferences } = report;
  if (unusedReferences.length === 0) return null;
  return (
    <details className="section unused">
      <summary>{plural(unusedReferences.length, 'baseline file')} that no test uses</summary>
      <div className="section-body text-13">
        <p className="muted">A test was renamed or removed. If you no longer need the files, delete them.</p>
        <ul>
          {unusedReferences.slice(0, 500).map((path) => (
            <li key={path}>
              <code>{path}</code>
            </li>
          ))}
        </ul>
        {unusedReferences.length > 500 && (
          <p>and {(unusedReferences.length - 500).toLocaleString('en-US')} more</p>
        )}
      </div>
    </details>
  );
}
