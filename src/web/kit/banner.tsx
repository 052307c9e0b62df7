import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './banner.css';

interface BannerProps {
  /** Announced assertively to screen readers. */
  isAlert?: boolean;
  /** `plain`: a remark, not a problem. */
  tone?: 'failed' | 'plain';
  action?: ReactNode;
  children: ReactNode;
}

/** One line above the content: the problem and possible actions. */
export function Banner({ isAlert = false, tone = 'failed', action, children }: BannerProps) {
  return (
    <div className="banner line text-13" data-tone={tone} role={isAlert ? 'alert' : undefined}>
      {tone === 'failed' && <Icon name="warning" />}
      <span className="banner-words grow">{children}</span>
      {action}
    </div>
  );
}
