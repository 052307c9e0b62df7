import type { ReactNode } from 'react';
import { rem } from './text-scale.ts';

/** 16 px, 1.5 px stroke, in the text color. Decorative: the name is next to it or in `aria-label`. */
const paths = {
  differs: <path d="M8 1.8 14.2 8 8 14.2 1.8 8Z" fill="currentColor" stroke="none" />,
  undecided: <path d="M8 2.6 13.4 8 8 13.4 2.6 8Z" />,
  failed: <path d="m3.5 3.5 9 9m0-9-9 9" strokeWidth="2" />,
  new: <path d="M8 2.5v11M2.5 8h11" strokeWidth="2" />,
  missing: <path d="M2 4V2h2m3 0h2m3 0h2v2m0 3v2m0 3v2h-2m-3 0H7m-3 0H2v-2m0-3V7" />,
  branch: (
    <path d="M4.5 5v6M4.5 5a1.6 1.6 0 1 0-.01 0ZM4.5 14.2a1.6 1.6 0 1 0-.01 0ZM11.5 5a1.6 1.6 0 1 0-.01 0ZM11.5 5v.5a3 3 0 0 1-3 3h-1a3 3 0 0 0-3 2.5" />
  ),
  renamed: <path d="M2 5h9.5M8.5 2l3 3-3 3M14 11H4.5M7.5 8l-3 3 3 3" />,
  same: <path d="M2.5 6h11m-11 4h11" strokeWidth="2" />,
  updated: <path d="M8 13.5v-11M3.5 7 8 2.5 12.5 7" strokeWidth="2" />,
  rejected: <path d="m2.2 13.8.9-3.4 8-8a1.3 1.3 0 0 1 1.8 0l.7.7a1.3 1.3 0 0 1 0 1.8l-8 8ZM9.5 4l2.5 2.5" />,
  waiting: (
    <path d="M8 1.8a6.2 6.2 0 1 0 .01 0Z" strokeDasharray="2.2 2.67" strokeLinecap="butt" strokeWidth="2" />
  ),
  more: <path d="M3 8h.01M8 8h.01M13 8h.01" strokeWidth="2.4" />,
  undo: <path d="M5.5 2.5 2.2 5.8l3.3 3.3M2.5 5.8h7a4 4 0 0 1 0 8H6" />,
  external: <path d="M6.5 3H3v10h10V9.5M9 2.2h4.8V7M13.5 2.5 7.5 8.5" />,
  picked: <path d="m2.5 8.5 3.5 4 7.5-9" strokeWidth="2" />,
  side: <path d="M1.8 3h12.4v10H1.8zM6 3v10m4-10v10" />,
  swipe: <path d="M1.8 3h12.4v10H1.8zM8 1v14M5.5 6.5 4 8l1.5 1.5m5-3L12 8l-1.5 1.5" />,
  onion: (
    <>
      <path d="M1.8 1.8h8.4v8.4H1.8z" />
      <path d="M5.8 5.8h8.4v8.4H5.8z" strokeDasharray="2 1.4" />
    </>
  ),
  blink: <path d="M2 5.5h10.5L10 3m4 7.5H3.5L6 13" />,
  mask: (
    <>
      <path d="M1.8 1.8h12.4v12.4H1.8z" />
      <path d="M4.5 4.5h4v3h-4zm5 5h2v2h-2z" fill="currentColor" stroke="none" />
    </>
  ),
  aligned: <path d="M1.8 4h5m2.4 0h5M1.8 12h5m2.4 0h5M1.8 8h12.4" />,
  moved: <path d="M4.5 2v12M1.8 11.3 4.5 14l2.7-2.7M11.5 14V2M8.8 4.7 11.5 2l2.7 2.7" />,
  fitWidth: <path d="M1.8 2.5v11m12.4-11v11M4 8h8M6 6 4 8l2 2m4-4 2 2-2 2" />,
  fitAll: <path d="M2 5.5V2h3.5M14 5.5V2h-3.5M2 10.5V14h3.5m8.5-3.5V14h-3.5" />,
  previous: <path d="m10 3-5 5 5 5" />,
  next: <path d="m6 3 5 5-5 5" />,
  up: <path d="m3 10 5-5 5 5" />,
  down: <path d="m3 6 5 5 5-5" />,
  minus: <path d="M3 8h10" />,
  plus: <path d="M8 3v10M3 8h10" />,
  menu: <path d="M2 4h12M2 8h12M2 12h12" strokeWidth="1.75" />,
  list: <path d="M5.5 4h8.5m-8.5 4h8.5m-8.5 4h8.5M2 4h.8M2 8h.8M2 12h.8" />,
  grid: <path d="M2.2 2.2h4.6v4.6H2.2zm7 0h4.6v4.6H9.2zm-7 7h4.6v4.6H2.2zm7 0h4.6v4.6H9.2z" />,
  panel: <path d="M1.8 2.8h12.4v10.4H1.8zM6 2.8v10.4" />,
  info: <path d="M8 7v4.5M8 4.2v.6M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0Z" />,
  comment: <path d="M2 2.5h12v8.2H7.2L4 13.6v-2.9H2z" />,
  person: (
    <path d="M10.7 4.9a2.7 2.7 0 1 1-5.4 0 2.7 2.7 0 0 1 5.4 0ZM2.8 14c.4-3 2.3-4.6 5.2-4.6s4.8 1.6 5.2 4.6" />
  ),
  people: (
    <path d="M8.2 5.2a2.4 2.4 0 1 1-4.8 0 2.4 2.4 0 0 1 4.8 0ZM1.2 13.8c.3-2.7 2-4.2 4.6-4.2s4.3 1.5 4.6 4.2M10.5 2.9a2.4 2.4 0 0 1 0 4.6M12 9.8c1.6.5 2.5 1.9 2.8 4" />
  ),
  signIn: <path d="M9 2h4.8v12H9M2 8h7.5M6.8 5.2 9.6 8l-2.8 2.8" />,
  signOut: <path d="M7 2H2.2v12H7M6.5 8h7.3M11 5.2 13.8 8 11 10.8" />,
  search: <path d="m10.5 10.5 3.5 3.5M11.8 7A4.8 4.8 0 1 1 2.2 7a4.8 4.8 0 0 1 9.6 0Z" />,
  copy: <path d="M5.5 5.5h8.3v8.3H5.5zM10.5 5.5V2.2H2.2v8.3h3.3" />,
  close: <path d="m3.5 3.5 9 9m0-9-9 9" />,
  keyboard: <path d="M1.5 3.8h13v8.4h-13zM4 6.5h.5m2.2 0h.5m2.2 0h.5m2.2 0h.4M5 9.7h6" />,
  light: (
    <path d="M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM8 1v1.5m0 11V15M1 8h1.5m11 0H15M3 3l1.1 1.1m7.8 7.8L13 13M13 3l-1.1 1.1M4.1 11.9 3 13" />
  ),
  dark: <path d="M13.5 9.7A6 6 0 1 1 6.3 2.5a5 5 0 0 0 7.2 7.2Z" />,
  auto: (
    <>
      <path d="M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z" />
      <path d="M8 2a6 6 0 0 1 0 12Z" fill="currentColor" stroke="none" />
    </>
  ),
  warning: <path d="M8 2 14.8 13.8H1.2zM8 6.5v3.5m0 1.5v.6" />,
  play: <path d="m4.5 2.8 8.5 5.2-8.5 5.2Z" />,
  pause: <path d="M5 3v10m6-10v10" strokeWidth="2" />,
  log: <path d="M3 1.8h7l3 3v9.4H3zM5.5 6.5h5m-5 2.7h5m-5 2.6h3" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof paths;

export const iconNames = Object.keys(paths) as IconName[];

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={rem(size)}
      height={rem(size)}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="square"
      aria-hidden="true"
      focusable="false"
    >
      {paths[name]}
    </svg>
  );
}
