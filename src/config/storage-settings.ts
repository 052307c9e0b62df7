/** Settings of where a server keeps its data. */

import { z } from 'zod';
import { setting } from './resolve-settings.ts';

export const storageSettings = {
  dataDir: setting({
    schema: z.string().min(1),
    kind: 'text',
    default: 'dpxdt-data',
    description: 'Folder for the artifacts and the SQLite database, relative to the current folder.',
    flag: '--data-dir <dir>',
    environment: 'DPXDT_DATA_DIR',
  }),
  databaseUrl: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'SQLite in the data folder',
    description: 'PostgreSQL database to use, postgres://user:password@host/database.',
    flag: '--database-url <url>',
    environment: 'DPXDT_DATABASE_URL',
    isSecret: true,
  }),
  s3Bucket: setting<string | null>({
    schema: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,220}[A-Za-z0-9]$/, 'must be the name of a bucket'),
    kind: 'text',
    default: null,
    defaultText: 'none: artifacts are kept in the data folder',
    description: 'Bucket for the artifacts, in S3 or another storage with its API; must exist.',
    environment: 'DPXDT_S3_BUCKET',
  }),
  s3Prefix: setting({
    schema: z
      .string()
      .regex(
        /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\/?$/,
        'must consist of names with slashes between them',
      ),
    kind: 'text',
    default: '',
    defaultText: 'none',
    description: 'Folder in the bucket, such as dpxdt/production.',
    environment: 'DPXDT_S3_PREFIX',
  }),
  s3Endpoint: setting<string | null>({
    schema: z
      .string()
      .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+\/?$/, 'must be an http or https address without a path'),
    kind: 'text',
    default: null,
    defaultText: 'https://s3.REGION.amazonaws.com',
    description: 'Address of the storage, such as https://minio.example.org:9000.',
    environment: 'DPXDT_S3_ENDPOINT',
  }),
  s3Region: setting({
    schema: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a region'),
    kind: 'text',
    default: 'us-east-1',
    description: 'Region of the bucket.',
    environment: 'DPXDT_S3_REGION',
  }),
  s3Style: setting<'path' | 'virtual-host' | null>({
    schema: z.enum(['path', 'virtual-host']),
    kind: 'text',
    default: null,
    defaultText: 'virtual-host for AWS unless the name has a dot, else path',
    description: "Where the bucket's name is in addresses: path (HOST/BUCKET) or virtual-host (BUCKET.HOST).",
    environment: 'DPXDT_S3_STYLE',
  }),
  s3AccessKey: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'the role of the machine or container',
    description: 'Access key ID for the bucket.',
    environment: 'DPXDT_S3_ACCESS_KEY',
  }),
  s3SecretKey: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'the role of the machine or container',
    description: 'Secret access key for the bucket.',
    environment: 'DPXDT_S3_SECRET_KEY',
    isSecret: true,
  }),
  s3Presigned: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description:
      'Whether workers, and people who open an image, are sent to the bucket with an address that is valid for a minute.',
    environment: 'DPXDT_S3_PRESIGNED',
  }),
  cacheDir: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'the data folder',
    description:
      'Local folder for derived images and unfinished uploads, one for each server; may be emptied while no server uses it.',
    environment: 'DPXDT_CACHE_DIR',
  }),
} as const;

/** Where `dpxdt move` moves the data to. What is not named stays where it is. */
export const moveSettings = {
  toDataDir: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'the same data folder',
    description: 'Data folder after the move.',
    flag: '--to-data-dir <dir>',
    environment: 'DPXDT_TO_DATA_DIR',
  }),
  toDatabaseUrl: setting<string | null>({
    schema: z.string().regex(/^(sqlite$|postgres(ql)?:\/\/)/, 'must be sqlite or begin with postgres://'),
    kind: 'text',
    default: null,
    defaultText: 'PostgreSQL stays, SQLite is in the data folder',
    description: 'Database after the move: postgres://user:password@host/database, or sqlite.',
    flag: '--to-database-url <url>',
    environment: 'DPXDT_TO_DATABASE_URL',
    isSecret: true,
  }),
  toArtifacts: setting<string | null>({
    schema: z
      .string()
      .regex(
        /^(folder|s3:\/\/[A-Za-z0-9][A-Za-z0-9._-]{1,220}[A-Za-z0-9](\/([A-Za-z0-9_-][A-Za-z0-9._-]*\/?)*)?)$/,
        'must be folder, or s3://BUCKET/PREFIX with the name of a bucket (3 characters or more) and of a folder in it',
      ),
    kind: 'text',
    default: null,
    defaultText: 'a bucket stays, a folder is in the data folder',
    description: 'Artifacts after the move: s3://bucket/prefix, or folder.',
    flag: '--to-artifacts <place>',
    environment: 'DPXDT_TO_ARTIFACTS',
  }),
  toS3Endpoint: setting<string | null>({
    ...storageSettings.s3Endpoint,
    defaultText: 'that of DPXDT_S3_ENDPOINT',
    description: 'Address of the storage that artifacts are moved to.',
    environment: 'DPXDT_TO_S3_ENDPOINT',
  }),
  toS3Region: setting<string | null>({
    ...storageSettings.s3Region,
    default: null,
    defaultText: 'that of DPXDT_S3_REGION',
    description: 'Region of the bucket that artifacts are moved to.',
    environment: 'DPXDT_TO_S3_REGION',
  }),
  toS3Style: setting<'path' | 'virtual-host' | null>({
    ...storageSettings.s3Style,
    defaultText: 'that of DPXDT_S3_STYLE',
    description: 'Style of addresses of the storage that artifacts are moved to.',
    environment: 'DPXDT_TO_S3_STYLE',
  }),
  toS3AccessKey: setting<string | null>({
    ...storageSettings.s3AccessKey,
    defaultText: 'that of DPXDT_S3_ACCESS_KEY',
    description: 'Access key ID for the bucket that artifacts are moved to.',
    environment: 'DPXDT_TO_S3_ACCESS_KEY',
  }),
  toS3SecretKey: setting<string | null>({
    ...storageSettings.s3SecretKey,
    defaultText: 'that of DPXDT_S3_SECRET_KEY',
    description: 'Secret access key for the bucket that artifacts are moved to.',
    environment: 'DPXDT_TO_S3_SECRET_KEY',
  }),
} as const;
