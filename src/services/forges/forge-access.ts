import type { ForgeConnection } from '../../domain/forges/connection.ts';
import { ForgeProblem } from '../../ports/forges.ts';
import type { ForgeAccess } from '../../ports/forges.ts';
import type { Deps } from '../deps.ts';
import { openedText } from '../secrets/sealed-text.ts';

/** @throws ForgeProblem if the token was sealed with another key */
export function accessOf({ vault }: Pick<Deps, 'vault'>, connection: ForgeConnection): ForgeAccess {
  const { kind, baseUrl, repository, appId, token } = connection;
  try {
    return { kind, baseUrl, repository, appId, token: openedText(vault, token) };
  } catch {
    const problem = "The stored token cannot be read with this server's secret key. Enter it again.";
    throw new ForgeProblem('token', problem);
  }
}
