import { join } from 'node:path';
import { openFileBlobs } from '../adapters/blobs/file-blobs.ts';
import { s3SettingNames, type S3SettingNames } from '../adapters/blobs/s3/setting-names.ts';
import { AppError } from '../base/errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Logger } from '../ports/logger.ts';
import { cacheFoldersIn } from './data-folder.ts';

export type { S3SettingNames };

/** A bucket for the artifacts. */
export interface S3Options {
  bucket: string;
  /** Folder in it, with or without a slash at its end; empty: none. */
  prefix: string;
  /** `https://host[:port]`; null: AWS in that region. */
  endpoint: string | null;
  region: string;
  /** Null: `path` with an endpoint or a dot in the bucket's name, else `virtual-host`. */
  style: 'path' | 'virtual-host' | null;
  /** Both or neither; null: those of the machine's or the container's role. */
  accessKey: string | null;
  secretKey: string | null;
  /** Whether downloads may be redirected to the bucket; default false. */
  presigned?: boolean;
  /** For messages; default: `DPXDT_S3_…`. */
  settingNames?: S3SettingNames;
}

/** Long enough for a slow start of a download, too short to be worth passing on. */
const presignedSeconds = 60;

export interface BlobsOptions {
  dataFolder: string;
  /** Null: artifacts are in the data folder. */
  s3?: S3Options | null | undefined;
  /** Local folder for what may be lost; null: the data folder. */
  cacheFolder?: string | null | undefined;
  logger: Logger;
}

/** @throws AppError `invalid_argument` | `unavailable` */
export async function openBlobs({ dataFolder, s3, cacheFolder, logger }: BlobsOptions): Promise<Blobs> {
  if (s3 === null || s3 === undefined) return openFileBlobs(join(dataFolder, 'artifacts'), logger);
  const { bucket, region, style, accessKey, secretKey, settingNames = s3SettingNames } = s3;
  if ((accessKey === null) !== (secretKey === null)) {
    throw new AppError(
      'invalid_argument',
      `Set both ${settingNames.accessKey} and ${settingNames.secretKey}, or neither to use the role of this machine.`,
    );
  }
  const prefix = s3.prefix === '' || s3.prefix.endsWith('/') ? s3.prefix : `${s3.prefix}/`;
  const [{ openS3Blobs }, { createS3Client }, { fixedCredentials, roleCredentials }] = await Promise.all([
    import('../adapters/blobs/s3/s3-blobs.ts'),
    import('../adapters/blobs/s3/s3-client.ts'),
    import('../adapters/blobs/s3/credentials.ts'),
  ]);
  const client = createS3Client(
    {
      endpoint: s3.endpoint ?? `https://s3.${region}.amazonaws.com`,
      region,
      bucket,
      style: style ?? (s3.endpoint === null && !bucket.includes('.') ? 'virtual-host' : 'path'),
    },
    accessKey !== null && secretKey !== null
      ? fixedCredentials(accessKey, secretKey)
      : roleCredentials(process.env, { region }),
  );
  return openS3Blobs({
    client,
    place: `s3://${bucket}/${prefix}`,
    prefix,
    spoolFolder: cacheFoldersIn(cacheFolder ?? dataFolder).spool,
    settingNames,
    presignedSeconds: s3.presigned === true ? presignedSeconds : null,
    logger,
  });
}
