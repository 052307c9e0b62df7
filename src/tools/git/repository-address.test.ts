import { expect, it } from 'vitest';
import { repositoryAddress } from './repository-address.ts';

it.each([
  ['git@github.com:Shop/Web.git', 'github.com/shop/web'],
  ['https://github.com/Shop/Web', 'github.com/shop/web'],
  ['https://user:token@GitHub.com/Shop/Web.git/', 'github.com/shop/web'],
  ['ssh://git@github.com:22/Shop/Web.git', 'github.com/shop/web'],
  ['ssh://git@ssh.github.com:443/Shop/Web.git', 'github.com/shop/web'],
  ['git://github.com/shop/web', 'github.com/shop/web'],
  ['github.com:shop/web', 'github.com/shop/web'],
  ['git@gitlab.example.com:/group/sub/web.git', 'gitlab.example.com/group/sub/web'],
  ['https://code.example.com:8443/shop/web', 'code.example.com:8443/shop/web'],
  ['http://code.example.com:80//shop//web', 'code.example.com/shop/web'],
  ['git@ssh.dev.azure.com:v3/shop/My%20Project/Web', 'dev.azure.com/shop/my%20project/_git/web'],
  ['https://shop@dev.azure.com/shop/web/_git/Web', 'dev.azure.com/shop/web/_git/web'],
])('%s is %s', (address, expected) => {
  expect(repositoryAddress(address)).toBe(expected);
});

it.each([
  '',
  '/srv/git/web.git',
  '../web',
  'file:///srv/web.git',
  'C:\\web',
  'https://github.com/',
  'ext::sh -c x',
  `https://github.com/${'x'.repeat(600)}`,
  'git@github.com:shop/we b',
  null,
  7,
])('%j is no address of a repository', (address) => {
  expect(repositoryAddress(address)).toBeNull();
});
