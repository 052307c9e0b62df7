import { Icon } from '../../../kit/icon.tsx';
import { MiddleCut, visibleText } from '../../../kit/middle-cut.tsx';
import type { Release } from '../../api/shapes.ts';
import { shortCommit } from '../../source/forge-links.ts';

/** Whether a release shows nothing, or a part of the pages only. */
export function PartTag({ release: { isSubset, skipReason } }: { release: Release }) {
  if (skipReason !== null)
    return (
      <span className="tag muted text-12" title={visibleText(skipReason)}>
        Skipped
      </span>
    );
  if (!isSubset) return null;
  return (
    <span className="tag muted text-12" title="Shows a part of the pages; the others are not missing">
      Part of the pages
    </span>
  );
}

/** Branch, pull request, commit and author, in small print; the release's page has the links. */
export function ReleaseSource({ release }: { release: Release }) {
  const { branch, pullRequest, author } = release;
  const commit = release.headCommit ?? release.commit;
  const authorName = author?.name ?? null;
  if (branch === null && commit === null) return null;
  return (
    <span className="release-source line muted text-12">
      {branch !== null && (
        <>
          <Icon name="branch" size={12} />
          <MiddleCut text={branch} />
        </>
      )}
      {pullRequest !== null && <span>#{pullRequest}</span>}
      {commit !== null && (
        <span className="mono" title={visibleText(commit)}>
          {visibleText(shortCommit(commit))}
        </span>
      )}
      {authorName !== null && <MiddleCut text={authorName} />}
    </span>
  );
}
