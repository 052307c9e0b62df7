import { AwsV4Signer } from 'aws4fetch';
import { s3Keys } from './s3.ts';

/** Creates a bucket in the S3 server for tests. */
export async function makeBucket(endpoint: string, bucket: string): Promise<void> {
  const signed = await new AwsV4Signer({
    method: 'PUT',
    url: `${endpoint}/${bucket}`,
    accessKeyId: s3Keys.accessKey,
    secretAccessKey: s3Keys.secretKey,
    service: 's3',
    region: 'us-east-1',
  }).sign();
  const { status } = await fetch(signed.url, { method: 'PUT', headers: signed.headers });
  if (status !== 200) throw new Error(`The bucket ${bucket} cannot be made: ${status}.`);
}
