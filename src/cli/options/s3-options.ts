import type { S3Options } from '../../compose/blobs.ts';
import type { Settings } from '../../config/settings.ts';

/** The bucket of the settings; null: artifacts are in the data folder. */
export function s3OptionsOf(settings: Settings['values']): S3Options | null {
  if (settings.s3Bucket === null) return null;
  return {
    bucket: settings.s3Bucket,
    prefix: settings.s3Prefix,
    endpoint: settings.s3Endpoint,
    region: settings.s3Region,
    style: settings.s3Style,
    accessKey: settings.s3AccessKey,
    secretKey: settings.s3SecretKey,
    presigned: settings.s3Presigned,
  };
}
