/** Display name of an actor in the activity log. On a server without logins, people have no names. */
export function actorName(actor: string | null): string {
  if (actor === null || actor === 'local' || actor === 'anonymous') return 'someone';
  if (actor.startsWith('local/')) return `${actor.slice('local/'.length)} (unverified)`;
  if (actor === 'server') return 'the server';
  if (actor.startsWith('key:')) return `API key ${actor.slice(4)}`;
  if (actor.startsWith('user:')) return actor.slice(actor.indexOf('/') + 1);
  return actor;
}

/** ` by mia`, or empty text for an anonymous actor. */
export function byActor(actor: string | null): string {
  return actor === null || actor === 'local' || actor === 'anonymous' ? '' : ` by ${actorName(actor)}`;
}
