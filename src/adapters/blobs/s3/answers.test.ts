import { expect, it } from 'vitest';
import { errorCodeOf, readListPage, textOf } from './answers.ts';

it('reads a page of a listing', () => {
  const page = readListPage(
    `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b&#61;</NextContinuationToken>
      <Contents><Key>ab/&lt;&quot;c</Key><LastModified>2030-01-01T00:00:01.000Z</LastModified><Size>5</Size></Contents>
      <Contents><Size>0</Size><LastModified>2030-01-01T00:00:02.000Z</LastModified><Key>ac</Key></Contents>
    </ListBucketResult>`,
  );
  expect(page).toEqual({
    token: 'a&b=',
    objects: [
      { key: 'ab/<"c', size: 5, modifiedAt: Date.parse('2030-01-01T00:00:01Z') },
      { key: 'ac', size: 0, modifiedAt: Date.parse('2030-01-01T00:00:02Z') },
    ],
  });
  expect(readListPage('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>')).toEqual({
    token: null,
    objects: [],
  });
});

it.each([
  '',
  '<html>Welcome</html>',
  '<R><IsTruncated>true</IsTruncated></R>',
  '<R><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents></R>',
])('takes nothing else for a listing, since an empty one would mean that every file is gone: %j', (text) => {
  expect(() => readListPage(text)).toThrow();
});

it('finds the code of an error, in errors only', () => {
  expect(errorCodeOf('<Error><Code>NoSuchKey</Code></Error>')).toBe('NoSuchKey');
  expect(errorCodeOf('<Error xmlns="x"><Code>NoSuchKey</Code></Error>')).toBe('NoSuchKey');
  expect(errorCodeOf('<html><Code>NoSuchKey</Code></html>')).toBeNull();
  expect(textOf('<a>&#x41;&#66;&#99999999;</a>', 'a')).toBe('AB&#99999999;');
});
