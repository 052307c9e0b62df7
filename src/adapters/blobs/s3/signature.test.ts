import { AwsV4Signer } from 'aws4fetch';
import { expect, it } from 'vitest';
import { createSigner } from './signature.ts';

const keys = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const lasting = { ...keys, sessionToken: null };
const lent = { ...keys, sessionToken: 'a/session+token==' };
const at = Date.parse('2013-05-24T00:00:00Z');
const digest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

it('signs the examples of the documentation of S3', () => {
  const signer = createSigner('us-east-1');
  const signatureOf = (address: string) =>
    signer
      .signHeaders(
        { method: 'GET', url: new URL(address), headers: { 'x-amz-content-sha256': digest } },
        lasting,
        at,
      )
      .authorization!.split('Signature=')[1];
  const bucket = 'https://examplebucket.s3.amazonaws.com';
  expect(signatureOf(`${bucket}/?lifecycle`)).toBe(
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  );
  expect(signatureOf(`${bucket}/?max-keys=2&prefix=J`)).toBe(
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  );
  const url = new URL(`${bucket}/test.txt?X-Amz-Expires=86400`);
  expect(signer.signAddress('GET', url, lasting, at).searchParams.get('X-Amz-Signature')).toBe(
    'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
});

const requests = [
  { method: 'PUT', address: 'http://127.0.0.1:9000/bucket/ab/abcd', headers: {} },
  {
    method: 'HEAD',
    address: 'https://bucket.s3.eu-west-1.amazonaws.com/a%20b/%2B%C3%A4!%27()*~',
    headers: {},
  },
  {
    method: 'GET',
    address: 'https://s3.test/bucket?prefix=a%2Fb%20c&list-type=2&continuation-token=x%3D%3D*%27&max-keys=1',
    headers: {},
  },
  {
    method: 'GET',
    address: 'https://s3.test/bucket/ab/abcd',
    headers: { range: 'bytes=5-', 'if-match': '"an  etag"' },
  },
  {
    method: 'PUT',
    address: 'https://s3.test/bucket/trash/abcd',
    headers: {
      'content-type': 'application/octet-stream',
      'x-amz-copy-source': '/bucket/ab/abcd',
      'x-amz-copy-source-if-match': '"etag"',
    },
  },
];

it.each([
  { title: 'lasting keys', credentials: lasting },
  { title: 'keys of a role', credentials: lent },
])('signs every kind of request as aws4fetch does, with $title', async ({ credentials }) => {
  const signer = createSigner('eu-west-1');
  for (const { method, address, headers: own } of requests) {
    const headers = { ...own, 'x-amz-content-sha256': digest };
    const peer = await ofPeer({ method, url: address, headers }, credentials);
    expect(signer.signHeaders({ method, url: new URL(address), headers }, credentials, at)).toEqual(
      Object.fromEntries(peer.headers),
    );
    const open = new URL(address);
    open.searchParams.set('X-Amz-Expires', '60');
    const presigned = await ofPeer({ method: 'GET', url: open.href, signQuery: true }, credentials);
    expect(sorted(signer.signAddress('GET', open, credentials, at))).toBe(sorted(presigned.url));
  }
});

it('changes its key with the day and the secret', async () => {
  const signer = createSigner('eu-west-1');
  const request = {
    method: 'GET',
    url: new URL('https://s3.test/b/k'),
    headers: { 'x-amz-content-sha256': digest },
  };
  const ofOther = { ...lasting, secretKey: 'another' };
  const signatures = [
    signer.signHeaders(request, lasting, at),
    signer.signHeaders(request, lasting, at + 86_400_000),
    signer.signHeaders(request, ofOther, at + 86_400_000),
    signer.signHeaders(request, lasting, at),
  ].map(({ authorization }) => authorization!.split('Signature=')[1]);
  expect(new Set(signatures).size).toBe(3);
  expect(signatures[3]).toBe(signatures[0]);
});

function sorted(url: URL): string {
  url.searchParams.sort();
  return url.href;
}

function ofPeer(
  request: { method: string; url: string; headers?: Record<string, string>; signQuery?: boolean },
  { accessKey, secretKey, sessionToken }: typeof lasting | typeof lent,
) {
  return new AwsV4Signer({
    ...request,
    accessKeyId: accessKey,
    secretAccessKey: secretKey,
    ...(sessionToken !== null && { sessionToken }),
    service: 's3',
    region: 'eu-west-1',
    datetime: '20130524T000000Z',
  }).sign();
}
