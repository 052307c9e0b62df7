import { originsOf, partsOfText, type Secrets } from '../../../domain/capture/secrets.ts';
import type { ResolvedCaptureConfig } from '../../../domain/capture/capture-config.ts';
import type { CdpSession } from '../cdp-connection.ts';
import type { PageFrame } from '../page-frames.ts';
import { StepStuck } from './actionable.ts';

/** A text to fill in. */
export interface FilledText {
  text: string;
  isSecret: boolean;
}

interface FrameTree {
  frame: { id: string; securityOrigin: string };
  childFrames?: FrameTree[];
}

/**
 * A text with its secrets filled in.
 *
 * @param frame of the field: its origin, as the browser knows it, must be one of those that each secret is bound to
 * @throws StepStuck when a secret is unknown, or bound to other origins
 */
export async function textFor(
  text: string,
  frame: PageFrame,
  { config, url }: { config: ResolvedCaptureConfig; url: string },
): Promise<FilledText> {
  const parts = partsOfText(text);
  if (parts.every((part) => typeof part === 'string')) return { text, isSecret: false };
  const origin = await originOf(frame);
  const secrets: Secrets = config.secrets ?? {};
  const filled = parts.map((part) => {
    if (typeof part === 'string') return part;
    const secret = Object.hasOwn(secrets, part.name) ? secrets[part.name] : undefined;
    if (secret === undefined)
      throw new StepStuck(
        `the secret "${part.name}" is not known; local tests and tools read it from the environment`,
      );
    const origins = secret.origins ?? [...originsOf(url, config)];
    if (origin === null || !origins.includes(origin))
      throw new StepStuck(
        `the secret "${part.name}" is only filled in on ${origins.join(', ')}, but the field is on ${origin ?? 'a page without an origin'}`,
      );
    return secret.value;
  });
  return { text: filled.join(''), isSecret: true };
}

/** Null: the frame is gone, or has an opaque origin. */
async function originOf({ session, frameId }: PageFrame): Promise<string | null> {
  const { frameTree } = await session.send('Page.getFrameTree');
  const { securityOrigin } = find(frameTree, frameId)?.frame ?? {};
  return securityOrigin === undefined || !URL.canParse(securityOrigin)
    ? null
    : new URL(securityOrigin).origin;
}

function find(tree: FrameTree, frameId: string): FrameTree | undefined {
  if (tree.frame.id === frameId) return tree;
  for (const child of tree.childFrames ?? []) {
    const found = find(child, frameId);
    if (found !== undefined) return found;
  }
  return undefined;
}

export async function markSecret(session: CdpSession, objectId: string): Promise<void> {
  await session.send('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: 'function () { globalThis.__dpxdt?.secretFields.add(this); }',
  });
}
