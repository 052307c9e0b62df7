/** The name of a person among actors, which are `user:<id>/<name>`, `key:<id>`, `local` …; null for all others. */
export function nameOfActor(actor: string | null): string | null {
  return /^user:[^/]*\/(.+)$/s.exec(actor ?? '')?.[1] ?? null;
}
