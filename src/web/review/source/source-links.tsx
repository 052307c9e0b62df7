import type { ReactNode } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { MiddleCut, visibleText } from '../../kit/middle-cut.tsx';
import type { Release } from '../api/shapes.ts';
import { forgeLinks, shortCommit } from './forge-links.ts';
import './source.css';

/** Branch, pull request, commit and CI run of a release, each a link where its forge is known. */
export function SourceLinks({ release }: { release: Release }) {
  const { branch, baseBranch, pullRequest, ciUrl, author } = release;
  const commit = release.headCommit ?? release.commit;
  const links = forgeLinks(release);
  if (!hasSource(release)) return null;
  return (
    <span className="source-links line">
      {branch !== null && (
        <SourceLink to={links.branch} title={`Branch ${visibleText(branch)}${intoWords(release)}`}>
          <Icon name="branch" size={12} />
          <MiddleCut text={branch} />
        </SourceLink>
      )}
      {pullRequest !== null && (
        <SourceLink
          to={links.pullRequest}
          title={`Pull request ${pullRequest}${baseBranch === null ? '' : ` into ${visibleText(baseBranch)}`}`}
        >
          #{pullRequest}
        </SourceLink>
      )}
      {commit !== null && (
        <SourceLink to={links.commit} title={`Commit ${visibleText(commit)}`}>
          <span className="mono">{visibleText(shortCommit(commit))}</span>
        </SourceLink>
      )}
      {typeof author?.name === 'string' && (
        <SourceLink to={null} title={`Author of the commit: ${visibleText(author.name)}`}>
          <MiddleCut text={`by ${author.name}`} />
        </SourceLink>
      )}
      {ciUrl !== null && isWebAddress(ciUrl) && (
        <SourceLink to={ciUrl} title="The run of the CI system">
          CI
        </SourceLink>
      )}
    </span>
  );
}

/** Whether anything is known of the code of a release. */
export function hasSource({ branch, commit, headCommit, pullRequest, ciUrl, author }: Release): boolean {
  return [branch, commit, headCommit, pullRequest, ciUrl, author?.name ?? null].some((each) => each !== null);
}

function intoWords({ branch, baseBranch }: Release): string {
  return baseBranch === null || baseBranch === branch ? '' : `, to be merged into ${visibleText(baseBranch)}`;
}

/** A link to another site; without an address, its text. */
export function SourceLink({
  to,
  title,
  children,
}: {
  to: string | null;
  title?: string;
  children: ReactNode;
}) {
  if (to === null)
    return (
      <span className="source-link line" title={title}>
        {children}
      </span>
    );
  return (
    <a className="source-link line" href={to} title={title} target="_blank" rel="noreferrer noopener">
      {children}
      <Icon name="external" size={11} />
    </a>
  );
}

export function isWebAddress(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === 'http:' || protocol === 'https:';
}
