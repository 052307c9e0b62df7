import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

const tabs = [
  ['/settings', 'Settings'],
  ['/admins', 'Admins'],
  ['/api_keys', 'API keys'],
  ['/activity', 'Activity'],
] as const;

/** The pages of one build. */
export function BuildTabs({ buildId }: { buildId: string }) {
  const exact = { activeOptions: { exact: true, includeSearch: false } };
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }, []);
  return (
    <nav ref={nav} className="tabs" aria-label="Build">
      <Link to="/build" search={{ id: buildId }} className="tab muted text-13" {...exact}>
        Releases
      </Link>
      {tabs.map(([to, words]) => (
        <Link key={to} to={to} search={{ build_id: buildId }} className="tab muted text-13" {...exact}>
          {words}
        </Link>
      ))}
    </nav>
  );
}
