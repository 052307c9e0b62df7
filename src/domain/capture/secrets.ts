/** Secrets that steps fill in: written as `${secret:NAME}`, known only while a page is captured. */

import type { CaptureConfig } from './capture-config.ts';
import { actionOf, type Step } from './steps.ts';

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
function secretNames(config: Pick<CaptureConfig, 'steps' | 'login'>): Set<string> {
  const steps: Step[] = [...(config.steps ?? []), ...(config.login?.steps ?? [])];
  const texts = steps.flatMap((step) => {
    const { kind, value } = actionOf(step);
    return kind === 'fill' ? [value.value] : kind === 'type' ? [value.text] : [];
  });
  const parts = texts.flatMap(partsOfText);
  return new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.name])));
}

/** The config with the secrets that it names and an environment has; those that it brings stay. */
export function withSecretsOf(
  config: CaptureConfig,
  env: Readonly<Record<string, string | undefined>>,
): CaptureConfig {
  const found = [...secretNames(config)].flatMap((name): [string, Secret][] => {
    const value = secretName.test(name) ? env[name] : undefined;
    return value === undefined ? [] : [[name, { value }]];
  });
  if (found.length === 0) return config;
  return { ...config, secrets: { ...Object.fromEntries(found), ...config.secrets } };
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
