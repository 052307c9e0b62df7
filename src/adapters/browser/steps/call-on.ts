import { ProtocolError, type CdpSession } from '../cdp-connection.ts';

/** Calls a function of `element-functions.ts` with the element as `this`. */
export async function callOn<T>(
  session: CdpSession,
  objectId: string,
  run: (...args: never[]) => unknown,
  args: readonly unknown[],
): Promise<T> {
  const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: String(run),
    arguments: args.map((value) => ({ value })),
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails !== undefined)
    throw new ProtocolError(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value as T;
}
