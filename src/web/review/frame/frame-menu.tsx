import { lazy, Suspense, useState } from 'react';
import { Icon } from '../../kit/icon.tsx';

const load = () => import('./frame-menu-items.tsx');
const FrameMenuItems = lazy(load);

/** Everything that is not about the page. What opens is loaded when the button is first touched. */
export function FrameMenu() {
  const [isWanted, setWanted] = useState(false);
  const button = (
    <button
      type="button"
      className="tool frame-menu"
      aria-label="Menu"
      aria-haspopup="menu"
      aria-expanded={false}
      title="Menu"
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setWanted(true)}
    >
      <Icon name="list" />
    </button>
  );
  if (!isWanted) return button;
  return (
    <Suspense fallback={button}>
      <FrameMenuItems />
    </Suspense>
  );
}
