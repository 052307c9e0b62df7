import { Link, useNavigate, type LinkProps } from '@tanstack/react-router';
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react';
import { MiddleCut, visibleText } from '../../kit/middle-cut.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Mark } from '../../kit/mark.tsx';
import { rem } from '../../kit/text-scale.ts';
import { TopBar } from '../../kit/top-bar.tsx';
import { useShortcuts } from '../keyboard/registry.ts';
import { ConnectionBar } from './connection-bar.tsx';
import { FrameMenu } from './frame-menu.tsx';

export interface Crumb {
  label: string;
  link: LinkProps;
}

export interface PageProps {
  /** The page's h1, in the top bar. */
  title: string;
  /** Its ancestors, from the top; `U` goes to the last. */
  crumbs?: readonly Crumb[];
  /** State and related information, right of the crumbs. */
  state?: ReactNode;
  /** Buttons of the top bar. */
  actions?: ReactNode;
  /** `scroll`: the page scrolls. `fixed`: as tall as the window; its parts scroll. */
  layout?: 'scroll' | 'fixed';
  /** `parts`: the children contain their own landmarks, including `<main id="main">`. */
  body?: 'main' | 'parts';
  /** More skip links: target id and text. */
  skip?: readonly (readonly [id: string, words: string])[];
  /** Height of a bottom bar that messages must not cover, in CSS pixels. */
  bottomBar?: number;
  children: ReactNode;
}

let isFirstPage = true;

/** The frame around every page: skip links, top bar, main. */
export function Page(props: PageProps) {
  const { title, crumbs = [], state, actions, layout = 'scroll', skip = [], bottomBar = 0 } = props;
  const { body = 'main', children } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const navigate = useNavigate();
  const up = crumbs.at(-1)?.link ?? { to: '/' };

  const names = [title, ...crumbs.map(({ label }) => label).reverse(), 'Depicted'];
  const documentTitle = names.map(visibleText).join(' · ');
  useEffect(() => {
    document.title = documentTitle;
  }, [documentTitle]);
  // In the commit: a field that a quick key or the page itself focuses must keep the focus.
  useLayoutEffect(() => {
    const hasFocus = heading.current?.closest('.page')?.contains(document.activeElement);
    if (!isFirstPage && hasFocus === false) heading.current?.focus({ preventScroll: true });
    isFirstPage = false;
  }, []);
  useEffect(() => {
    document.documentElement.style.setProperty('--dp-bottom-bar', rem(bottomBar));
    return () => void document.documentElement.style.removeProperty('--dp-bottom-bar');
  }, [bottomBar]);
  useShortcuts('Move', [
    { keys: ['u'], does: 'up a level', run: () => void navigate(up as Parameters<typeof navigate>[0]) },
  ]);

  return (
    <div className="page" data-layout={layout}>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      {skip.map(([id, words]) => (
        <a key={id} className="skip-link" href={`#${id}`}>
          {words}
        </a>
      ))}
      <TopBar
        mark={
          <Link to="/" className="mark" aria-label="dpxdt, all builds">
            <Mark />
          </Link>
        }
        up={
          crumbs.length > 0 && (
            <Link {...up} className="crumbs-up" aria-label={`Up to ${visibleText(crumbs.at(-1)!.label)}`}>
              <Icon name="previous" />
            </Link>
          )
        }
        crumbs={crumbs.map(({ label, link }) => (
          <Link {...link}>
            <MiddleCut text={label} />
          </Link>
        ))}
        title={
          <h1 ref={heading} tabIndex={-1}>
            <MiddleCut text={title} />
          </h1>
        }
      >
        {state !== undefined && <div className="frame-state line muted text-12 tabular">{state}</div>}
        <div className="frame-actions line">{actions}</div>
        <FrameMenu />
      </TopBar>
      <ConnectionBar />
      {body === 'parts' ? (
        <div className="page-body grow">{children}</div>
      ) : (
        <main id="main" className="page-body grow" tabIndex={-1}>
          {children}
        </main>
      )}
    </div>
  );
}
