#!/bin/bash
# Start-up script of the workers' instance template, for Debian 12. Not tried; docs/google-cloud.md.
# The instance's service account may read the secret depicted-worker-secret, and nothing else.
set -euo pipefail
SERVER=https://dpxdt.example.org
CLIENT_ID=the-id-of-the-worker-key
VERSION=0.1.0

if ! command -v dpxdt >/dev/null; then
  apt-get update
  apt-get install -y --no-install-recommends ca-certificates curl xz-utils chromium-headless-shell fonts-liberation fonts-noto-color-emoji
  curl --fail --silent https://nodejs.org/dist/v24.21.0/node-v24.21.0-linux-x64.tar.xz | tar --extract --xz --directory /usr/local --strip-components 1
  npm install --global --ignore-scripts "dpxdt@$VERSION"
  useradd --system dpxdt-worker
fi

mkdir -p /etc/dpxdt
(umask 077; gcloud secrets versions access latest --secret=depicted-worker-secret >/etc/dpxdt/worker-secret)
cat >/etc/dpxdt/worker.env <<ENV
DPXDT_SERVER=$SERVER
DPXDT_CLIENT_ID=$CLIENT_ID
ENV
# deploy/systemd/dpxdt-worker.service, stored as metadata of the template.
curl --fail --silent --header 'Metadata-Flavor: Google' \
  http://metadata.google.internal/computeMetadata/v1/instance/attributes/dpxdt-worker-service >/etc/systemd/system/dpxdt-worker.service
systemctl daemon-reload
systemctl enable --now dpxdt-worker
