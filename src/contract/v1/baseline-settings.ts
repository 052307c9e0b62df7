/** Settings of a build about baselines and verdicts: parameters of `update_build`, and fields of a `build`. */

import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import {
  checkMainBranches,
  maxApprovals,
  maxBaselineWaitSeconds,
  maxCarryOverDays,
  maxGlobLength,
  maxMainBranches,
  settingWords,
} from '../../domain/baselines/settings.ts';
import { flag, integer, json, oneOf, optional } from '../parameters.ts';

const about = {
  mainBranches:
    'Names of main branches; * stands for any characters but /, ** for any at all, ? for one that is not /.',
  baseline:
    "auto: along git's history, where clients send it. newest_good: the page in the latest good release that has it, whatever the branch.",
  firstRun: 'What becomes of a page that is new on a main branch: accept, or review first.',
  newImages: 'What becomes of a page that is new elsewhere: review, or pass without a decision.',
  removedImages: 'What becomes of a missing page: review, or pass without a decision.',
  mainUnreviewed:
    'Whether other branches are compared with a screenshot of main that no one has reviewed yet: use, or skip to the accepted one before it.',
  baselineWaitSeconds:
    'How long a run waits for a release of main that is not finished, from the creation of that release.',
  carryOver:
    'Whether verdicts are taken over: off, exact for the same image, or changes also for the same changes.',
  carryOverDays: 'Age in days from which a verdict is not taken over.',
  carryOverAcrossEngines:
    'Whether approvals of changes are also taken over where another version of the browser, or another browser, took the image.',
  freshReview: 'Whether every release asks about everything again.',
  nameReviewers: 'Whether texts that leave the server name the people who decided.',
  approvals: 'How many people must approve a run until it is approved.',
  notByAuthor: 'Whether approvals by the author of the newest commit do not count.',
};

const mainBranches = json(
  `${about.mainBranches} 1 to ${maxMainBranches}, each 1 to ${maxGlobLength} characters.`,
  {
    type: 'array',
    minItems: 1,
    maxItems: maxMainBranches,
    items: { type: 'string', maxLength: maxGlobLength },
  },
  (value, parameter) => {
    const parsed = z.array(z.string()).safeParse(value);
    if (parsed.success) return checkMainBranches(parameter, parsed.data);
    throw new AppError('invalid_argument', `${parameter} must be a list of names or patterns of branches.`, {
      details: { parameter },
    });
  },
);

export const baselineSettingParameters = {
  main_branches: optional(mainBranches),
  baseline: optional(oneOf(about.baseline, settingWords.baseline)),
  first_run: optional(oneOf(about.firstRun, settingWords.firstRun)),
  new_images: optional(oneOf(about.newImages, settingWords.newImages)),
  removed_images: optional(oneOf(about.removedImages, settingWords.removedImages)),
  main_unreviewed: optional(oneOf(about.mainUnreviewed, settingWords.mainUnreviewed)),
  baseline_wait_seconds: optional(integer(about.baselineWaitSeconds, 0, maxBaselineWaitSeconds)),
  carry_over: optional(oneOf(about.carryOver, settingWords.carryOver)),
  carry_over_days: optional(integer(about.carryOverDays, 1, maxCarryOverDays)),
  carry_over_across_engines: optional(flag(about.carryOverAcrossEngines)),
  fresh_review: optional(flag(about.freshReview)),
  name_reviewers: optional(flag(about.nameReviewers)),
  approvals: optional(integer(about.approvals, 1, maxApprovals)),
  not_by_author: optional(flag(about.notByAuthor)),
};

export const baselineSettingFields = {
  main_branches: z.array(z.string()).meta({ description: about.mainBranches }),
  baseline: z.enum(settingWords.baseline).meta({ description: about.baseline }),
  first_run: z.enum(settingWords.firstRun).meta({ description: about.firstRun }),
  new_images: z.enum(settingWords.newImages).meta({ description: about.newImages }),
  removed_images: z.enum(settingWords.removedImages).meta({ description: about.removedImages }),
  main_unreviewed: z.enum(settingWords.mainUnreviewed).meta({ description: about.mainUnreviewed }),
  baseline_wait_seconds: z.int().meta({ description: about.baselineWaitSeconds }),
  carry_over: z.enum(settingWords.carryOver).meta({ description: about.carryOver }),
  carry_over_days: z.int().meta({ description: about.carryOverDays }),
  carry_over_across_engines: z.boolean().meta({ description: about.carryOverAcrossEngines }),
  fresh_review: z.boolean().meta({ description: about.freshReview }),
  name_reviewers: z.boolean().meta({ description: about.nameReviewers }),
  approvals: z.int().meta({ description: about.approvals }),
  not_by_author: z.boolean().meta({ description: about.notByAuthor }),
};
