/** Settings of a build as text in its row. */

import { defaultBaselineSettings } from '../../domain/baselines/settings.ts';
import { keepEverything, keepsEverything } from '../../domain/releases/retention.ts';
import type { Retention } from '../../domain/releases/retention.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';

/** @returns null: everything is kept */
export function retentionText(retention: Retention): string | null {
  return keepsEverything(retention) ? null : JSON.stringify(retention);
}

export function toRetention(stored: string | null): Retention {
  return stored === null
    ? keepEverything
    : { ...keepEverything, ...(JSON.parse(stored) as Partial<Retention>) };
}

/** Parsed settings that are remembered, so that every request of a build gets the same object. */
const maxSettings = 100;
const settingsByText = new Map<string, BaselineSettings>();

export function toSettings(stored: string | null): BaselineSettings {
  if (stored === null) return defaultBaselineSettings;
  const known = settingsByText.get(stored);
  if (known !== undefined) return known;
  const settings = { ...defaultBaselineSettings, ...(JSON.parse(stored) as Partial<BaselineSettings>) };
  if (settingsByText.size >= maxSettings) settingsByText.clear();
  settingsByText.set(stored, settings);
  return settings;
}

/** Only what differs from the defaults, so that a new default reaches builds that never chose. */
export function settingsText(settings: BaselineSettings): string | null {
  const changed = Object.entries(settings).filter(
    ([key, value]) =>
      JSON.stringify(value) !== JSON.stringify(defaultBaselineSettings[key as keyof BaselineSettings]),
  );
  return changed.length === 0 ? null : JSON.stringify(Object.fromEntries(changed));
}
