import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './banner.css';

interface BannerProps {
  /** Said at once to screen readers. */
  isAlert?: boolean;
  /** `plain`: a remark, no problem. */
  tone?: 'failed' | 'plain';
  action?: ReactNode;
  children: ReactNode;
}

/** One line over the content: what is wrong, and what can be done. */
export function Banner({ isAlert = false, tone = 'failed', action, children }: BannerProps) {
  return (
    <div className="banner line text-13" data-tone={tone} role={isAlert ? 'alert' : undefined}>
      {tone === 'failed' && <Icon name="warning" />}
      <span className="banner-words grow">{children}</span>
      {action}
    </div>
  );
}
