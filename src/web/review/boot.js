/* global document */
// Before the first frame: the theme that this device keeps.
(function () {
  var theme = keptTheme();
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

  function keptTheme() {
    try {
      return localStorage.getItem('dpxdt.theme');
    } catch {
      return null;
    }
  }
})();
