import { resolve } from 'node:path';
import type { S3SettingNames } from '../../compose/blobs.ts';
import type { Place } from '../../compose/moving.ts';
import type { Settings } from '../../config/settings.ts';
import { s3OptionsOf } from './s3-options.ts';

/** Where the settings say that the data is. */
export function placeOf(settings: Settings['values'], currentFolder: string): Place {
  return {
    dataFolder: resolve(currentFolder, settings.dataDir),
    databaseUrl: settings.databaseUrl,
    s3: s3OptionsOf(settings),
    cacheFolder: settings.cacheDir === null ? null : resolve(currentFolder, settings.cacheDir),
  };
}

/** Where `dpxdt move` moves it to: what is not named stays. */
export function targetOf(settings: Settings['values'], currentFolder: string): Place {
  const from = placeOf(settings, currentFolder);
  const { toDataDir, toDatabaseUrl, toArtifacts } = settings;
  return {
    ...from,
    dataFolder: toDataDir === null ? from.dataFolder : resolve(currentFolder, toDataDir),
    databaseUrl: toDatabaseUrl === 'sqlite' ? null : (toDatabaseUrl ?? from.databaseUrl),
    s3: toArtifacts === null ? from.s3 : bucketOf(toArtifacts, settings),
  };
}

function bucketOf(place: string, settings: Settings['values']): Place['s3'] {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(place) ?? [];
  if (bucket === undefined) return null;
  return {
    bucket,
    prefix,
    endpoint: settings.toS3Endpoint ?? settings.s3Endpoint,
    region: settings.toS3Region ?? settings.s3Region,
    style: settings.toS3Style ?? settings.s3Style,
    accessKey: settings.toS3AccessKey ?? settings.s3AccessKey,
    secretKey: settings.toS3SecretKey ?? settings.s3SecretKey,
    settingNames: namesOf(settings),
  };
}

/** Where each part of the target's bucket was said. */
function namesOf(settings: Settings['values']): S3SettingNames {
  const said = (value: string | null, name: string) => `DPXDT_${value === null ? '' : 'TO_'}S3_${name}`;
  return {
    bucket: '--to-artifacts',
    prefix: '--to-artifacts',
    endpoint: said(settings.toS3Endpoint, 'ENDPOINT'),
    region: said(settings.toS3Region, 'REGION'),
    style: said(settings.toS3Style, 'STYLE'),
    accessKey: said(settings.toS3AccessKey, 'ACCESS_KEY'),
    secretKey: said(settings.toS3SecretKey, 'SECRET_KEY'),
  };
}
