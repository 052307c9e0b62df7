/** The name of a person among actors, which are `user:<id>/<name>`, `local/<name>`, `key:<id>` …; null for all others. */
export function nameOfActor(actor: string | null): string | null {
  const said = /^local\/(.+)$/s.exec(actor ?? '')?.[1];
  if (said !== undefined) return `${said} (unverified)`;
  return /^user:[^/]*\/(.+)$/s.exec(actor ?? '')?.[1] ?? null;
}
