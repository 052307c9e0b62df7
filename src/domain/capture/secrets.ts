/** Secrets that steps fill in: written as `${secret:NAME}`, known only while a page is captured. */

import type { CaptureConfig } from './capture-config.ts';
import { actionOf, stepsToDo, type Step } from './steps.ts';

export interface Secret {
  value: string;
  /** Origins of the frames in which it may be filled in; absent: those of the addresses that the config names. */
  origins?: readonly string[];
}

export type Secrets = Readonly<Record<string, Secret>>;

export const secretName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const placeholder = /\$\{secret:([^}]{0,100})\}/g;

/** A text in parts: a string as it is, an object for a secret. */
export function partsOfText(text: string): (string | { name: string })[] {
  const parts: (string | { name: string })[] = [];
  let end = 0;
  for (const match of text.matchAll(placeholder)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push({ name: match[1]! });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/** The names of the secrets that the steps fill in or type. */
function secretNames(steps: readonly Step[], { login }: Pick<CaptureConfig, 'login'>): Set<string> {
  const texts = [...steps, ...(login?.steps ?? [])].flatMap((step) => {
    const { kind, value } = actionOf(step);
    return kind === 'fill' ? [value.value] : kind === 'type' ? [value.text] : [];
  });
  const parts = texts.flatMap(partsOfText);
  return new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.name])));
}

/** The secrets that the steps of a capture fill in and that its config does not bring. */
export function missingSecrets({ secrets = {}, ...config }: CaptureConfig): string[] {
  const names = secretNames(stepsToDo(config), config);
  return [...names].filter((name) => !Object.hasOwn(secrets, name));
}

/** The config with the secrets that it names and an environment has; those that it brings stay. */
export function withSecretsOf(
  config: CaptureConfig,
  env: Readonly<Record<string, string | undefined>>,
): CaptureConfig {
  const found = [...secretNames(config.steps ?? [], config)].flatMap((name): [string, Secret][] => {
    const value = secretName.test(name) ? env[name] : undefined;
    return value === undefined ? [] : [[name, { value }]];
  });
  return withSecrets(config, Object.fromEntries(found));
}

/** The config with secrets; those that it brings stay. */
export function withSecrets(config: CaptureConfig, secrets: Secrets): CaptureConfig {
  if (Object.keys(secrets).length === 0) return config;
  return { ...config, secrets: { ...secrets, ...config.secrets } };
}

/** Where the secrets of a capture come from; `fork`: it gets none from its build. */
export type SecretSource = 'environment' | 'build' | 'fork';

/** Why a capture lacks a secret, and what to do. */
export function describeMissingSecret(name: string, source: SecretSource): string {
  const shown = JSON.stringify(name);
  switch (source) {
    case 'environment':
      return `The secret ${shown} is not known: set the environment variable of that name.`;
    case 'build':
      return `The build has no secret ${shown}. Add it in the settings of the build, or set it in the environment of the tool that makes the release.`;
    case 'fork':
      return `The release is from a fork, which gets no secrets of the build, so ${shown} is not known.`;
  }
}

/** The origins of the addresses that a config names. */
export function originsOf(
  url: string,
  { steps = [], login }: Pick<CaptureConfig, 'steps' | 'login'>,
): Set<string> {
  const named = [...steps, ...(login?.steps ?? [])].flatMap((step) => ('goto' in step ? [step.goto] : []));
  const addresses = [url, ...(login === undefined ? [] : [login.url]), ...named];
  return new Set(
    addresses.flatMap((address) => (URL.canParse(address, url) ? [new URL(address, url).origin] : [])),
  );
}
