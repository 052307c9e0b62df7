#!/bin/sh
# Writes new secrets to ./secrets, each once: existing files stay. Then: docker compose up --detach
#   sh secrets.sh
#   sh secrets.sh worker     asks the running service's database for a worker key, and writes it to secrets/ and .env
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets

secret() { openssl rand -base64 48 | tr -d '\n=+/'; }
# The containers' users differ from yours; the folder keeps everyone else on this machine out.
write() { [ -s "secrets/$1" ] || { cat >"secrets/$1"; chmod 0444 "secrets/$1"; echo "secrets/$1"; }; }

if [ "${1:-}" = worker ]; then
  answer=$(docker compose run --rm --no-TTY tools admin create-key --worker --purpose "workers of compose.yaml" --json)
  id=$(printf '%s' "$answer" | sed -n 's/.*"key_id": *"\([^"]*\)".*/\1/p')
  rm -f secrets/worker-secret
  printf '%s' "$answer" | sed -n 's/.*"secret": *"\([^"]*\)".*/\1/p' | write worker-secret
  sed -i "s/^WORKER_CLIENT_ID=.*/WORKER_CLIENT_ID=$id/" .env
  exit
fi

secret | write secret-key
secret | write postgres-password
secret | write s3-secret-key
printf 'postgres://depicted:%s@postgres/depicted' "$(cat secrets/postgres-password)" | write database-url
cat <<JSON | write s3-config.json
{
  "identities": [
    {
      "name": "depicted",
      "credentials": [{ "accessKey": "depicted", "secretKey": "$(cat secrets/s3-secret-key)" }],
      "actions": ["Read", "Write", "List"]
    }
  ]
}
JSON
[ -e secrets/worker-secret ] || : >secrets/worker-secret
