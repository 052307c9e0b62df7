import type { ReactNode } from 'react';
import './top-bar.css';

interface TopBarProps {
  /** Product name, linked to the start page. Has the class `mark`. */
  mark: ReactNode;
  /** Link one level up, with the class `crumbs-up`: on phones it replaces the crumbs. */
  up?: ReactNode;
  /** Ancestors, from the top: links or buttons. */
  crumbs: readonly ReactNode[];
  /** The current page. */
  title: ReactNode;
  /** State, buttons, menu. */
  children: ReactNode;
}

/** The bar above every page: breadcrumb and global actions. */
export function TopBar({ mark, up, crumbs, title, children }: TopBarProps) {
  return (
    <header className="top-bar">
      {mark}
      <nav className="crumbs" aria-label="Breadcrumb">
        {up}
        <ol>
          {crumbs.map((crumb, index) => (
            <li key={index}>{crumb}</li>
          ))}
          <li data-current="true">{title}</li>
        </ol>
      </nav>
      {children}
    </header>
  );
}
