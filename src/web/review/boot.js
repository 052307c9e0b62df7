// Before the first frame: the theme that this device keeps.
(function () {
  var theme = null;
  try {
    theme = localStorage.getItem('dpxdt.theme');
  } catch {
    theme = null;
  }
  var root = document.documentElement;
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  else theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  root.dataset.mantineColorScheme = theme;
})();
