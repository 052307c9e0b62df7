import type { ReactNode } from 'react';
import './top-bar.css';

interface TopBarProps {
  /** Name of the product, leads to the start. Has the class `mark`. */
  mark: ReactNode;
  /** One level up, with the class `crumbs-up`: on phones it stands for all crumbs. */
  up?: ReactNode;
  /** What is above, from the top: links or buttons. */
  crumbs: readonly ReactNode[];
  /** What is open. */
  title: ReactNode;
  /** State, buttons, menu. */
  children: ReactNode;
}

/** The bar over every page: where one is, and what can be done from everywhere. */
export function TopBar({ mark, up, crumbs, title, children }: TopBarProps) {
  return (
    <header className="top-bar">
      {mark}
      <nav className="crumbs" aria-label="Where you are">
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
