/* global document, matchMedia */
// Before the first frame: the theme that this device keeps.
(function () {
  var root = document.documentElement;
  var theme = keptTheme();
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  else theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  root.dataset.mantineColorScheme = theme;

  function keptTheme() {
    try {
      return localStorage.getItem('dpxdt.theme');
    } catch {
      return null;
    }
  }
})();
