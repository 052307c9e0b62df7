import '../../../src/web/kit/tokens.css';
import '../../../src/web/kit/base.css';
import '../../../src/web/kit/top-bar.css';
import './site.css';
import { setUpCopyButtons } from './copy-buttons.ts';
import { setUpNavigation } from './navigation-panels.ts';
import { setUpSearch } from './search-box.ts';
import { applyKeptTheme, setUpThemeButton } from './theme-button.ts';

applyKeptTheme();
document.addEventListener('DOMContentLoaded', () => {
  setUpThemeButton();
  setUpNavigation();
  setUpSearch();
  setUpCopyButtons();
});
