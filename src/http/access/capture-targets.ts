import { createEgressPolicy, denialWords, type EgressRules } from '../../domain/network/egress-policy.ts';
import { AppError } from '../../base/errors.ts';

/** @throws AppError `url_target_forbidden`; the sentence reveals nothing about the target */
export type CheckCaptureTarget = (parameter: string, url: string) => void;

/**
 * A quick check of an address before a run is created: scheme, host literal, port. Names are resolved when the page
 * is fetched; that check is authoritative.
 */
export function createCaptureTargetCheck(rules: EgressRules): CheckCaptureTarget {
  const policy = createEgressPolicy(rules);
  return (parameter, text) => {
    const url = URL.parse(text);
    const denial = url === null ? null : policy.checkUrl(url);
    if (denial === null || denial === 'scheme') return;
    throw new AppError(
      'url_target_forbidden',
      `${parameter}: the host is ${denialWords[denial]}. This server captures public pages only; its operator can allow more.`,
      { details: { parameter } },
    );
  };
}
