import { describe, expect, it } from 'vitest';
import { chooseRemote, handedConfig, parseConfig } from './handed-config.ts';

it('reads settings as git lists them', () => {
  expect(parseConfig('core.bare\nfalse\0url.https://a/.insteadof\nb\nc\0http.sslverify\0')).toEqual([
    { key: 'core.bare', value: 'false' },
    { key: 'url.https://a/.insteadof', value: 'b\nc' },
    { key: 'http.sslverify', value: 'true' },
  ]);
});

describe('the settings that are handed on', () => {
  const config = [
    { key: 'user.name', value: 'Ada' },
    { key: 'core.sshcommand', value: 'ssh -i key' },
    { key: 'http.https://github.com/.extraheader', value: 'AUTHORIZATION: basic x' },
    { key: 'url.https://github.com/.insteadof', value: 'git@github.com:' },
    { key: 'remote.origin.url', value: 'https://user:token@github.com/shop/web' },
    { key: 'remote.origin.fetch', value: '+refs/heads/*:refs/remotes/origin/*' },
    { key: 'remote.up.stream.url', value: 'https://github.com/up/stream' },
    { key: 'branch.topic.remote', value: 'up.stream' },
  ];

  it('are those of connections and the address of the remote, and nothing else', () => {
    expect(handedConfig(config, 'origin')).toEqual([
      ...config.slice(1, 4),
      { key: 'remote.dpxdt.url', value: 'https://user:token@github.com/shop/web' },
    ]);
    expect(handedConfig(config, 'none')).toBeNull();
  });

  it('are of the remote that the branch follows, else of origin, else of the only one', () => {
    expect(chooseRemote(config, 'topic')).toBe('up.stream');
    expect(chooseRemote(config, 'main')).toBe('origin');
    expect(chooseRemote(config.slice(6), null)).toBe('up.stream');
    expect(chooseRemote([], 'main')).toBeNull();
  });
});
