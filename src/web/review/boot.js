/* global document */
// Before the first frame: apply the theme saved on this device.
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
