/** The settings that say where a bucket is, for messages about what is wrong with them. */
export interface S3SettingNames {
  bucket: string;
  prefix: string;
  endpoint: string;
  region: string;
  style: string;
  accessKey: string;
  secretKey: string;
}

export const s3SettingNames: S3SettingNames = {
  bucket: 'DPXDT_S3_BUCKET',
  prefix: 'DPXDT_S3_PREFIX',
  endpoint: 'DPXDT_S3_ENDPOINT',
  region: 'DPXDT_S3_REGION',
  style: 'DPXDT_S3_STYLE',
  accessKey: 'DPXDT_S3_ACCESS_KEY',
  secretKey: 'DPXDT_S3_SECRET_KEY',
};
