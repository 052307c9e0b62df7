import type { ReactNode } from 'react';
import { OpenDialog } from '../../kit/dialog.tsx';
import { Detail, DetailList, WebAddress } from '../../kit/details-panel.tsx';
import { visibleText } from '../../kit/middle-cut.tsx';
import type { Release } from '../api/shapes.ts';
import { forgeLinks } from './forge-links.ts';
import { HistoryWarning } from './history-warning.tsx';
import { SourceLink } from './source-links.tsx';
import { CompareAgain } from './compare-again.tsx';
import './source.css';

/** What the client told about the code of a release, and what its runs are compared with. Open while mounted. */
export function AboutRelease({
  release,
  mayReview,
  reviewers,
  onDelete,
  onClose,
}: {
  release: Release;
  mayReview: boolean;
  /** Who is asked to review it. */
  reviewers: ReactNode;
  /** Null: not for the viewer. */
  onDelete: (() => void) | null;
  onClose: () => void;
}) {
  const links = forgeLinks(release);
  const { branch, baseBranch, pullRequest, commit, headCommit, repository, author, ciUrl, url } = release;
  const text = (value: string) => visibleText(value);
  const isOpen = release.status !== 'good' && release.status !== 'bad';
  return (
    <OpenDialog title="About this release" className="about-release" onClose={onClose}>
      <div className="about-body">
        <HistoryWarning release={release} />
        <DetailList>
          {branch !== null && (
            <Detail name="Branch">
              <SourceLink to={links.branch}>{text(branch)}</SourceLink>
            </Detail>
          )}
          {pullRequest !== null && (
            <Detail name="Pull request">
              <SourceLink to={links.pullRequest}>#{pullRequest}</SourceLink>
            </Detail>
          )}
          {baseBranch !== null && <Detail name="Into">{text(baseBranch)}</Detail>}
          {headCommit !== null && (
            <Detail name="Commit">
              <SourceLink to={links.commit}>
                <span className="mono">{text(headCommit)}</span>
              </SourceLink>
            </Detail>
          )}
          {commit !== null && commit !== headCommit && (
            <Detail name={headCommit === null ? 'Commit' : 'Built'}>
              {headCommit === null ? (
                <SourceLink to={links.commit}>
                  <span className="mono">{text(commit)}</span>
                </SourceLink>
              ) : (
                <span className="mono">{text(commit)}</span>
              )}
            </Detail>
          )}
          {author !== null && (author.name ?? author.address) !== null && (
            <Detail name="Author">{text([author.name, author.address].filter(Boolean).join(', '))}</Detail>
          )}
          {repository !== null && (
            <Detail name="Repository">
              <SourceLink to={links.repository}>{text(repository)}</SourceLink>
            </Detail>
          )}
          {ciUrl !== null && (
            <Detail name="CI run">
              <WebAddress url={ciUrl} />
            </Detail>
          )}
          {url !== null && (
            <Detail name="Landing page">
              <WebAddress url={url} />
            </Detail>
          )}
          <Detail name="Baselines">{baselineRule(release)}</Detail>
          {release.shards !== null && <Detail name="Shards">{shardWords(release.shards)}</Detail>}
          {release.isSubset && <Detail name="Pages">a part of them; the others are not missing</Detail>}
          {release.skipReason !== null && <Detail name="Skipped">{text(release.skipReason)}</Detail>}
        </DetailList>
        {isOpen && reviewers}
        {mayReview && isOpen && <CompareAgain release={release} />}
        {onDelete !== null && (
          <p>
            <button type="button" className="button small" onClick={onDelete}>
              Delete release…
            </button>
          </p>
        )}
      </div>
    </OpenDialog>
  );
}

function baselineRule({ followsGit, historyNote }: Release): string {
  if (followsGit) return 'chosen along git’s history';
  return historyNote === null
    ? 'the latest good release that has the page'
    : 'the newest accepted screenshot of main';
}

function shardWords({ total, fault }: NonNullable<Release['shards']>): string {
  if (fault !== null) return fault;
  return total === null ? 'their number is not known yet' : String(total);
}
