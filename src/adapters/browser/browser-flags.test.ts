import { expect, test } from 'vitest';
import { browserFlags } from './browser-flags.ts';

const flags = browserFlags({
  userDataDir: '/tmp/x',
  sandbox: true,
  pageMemoryMb: 512,
  smallSharedMemory: false,
  proxyAddress: '127.0.0.1:9',
});

test('T11: the browser is steered through a pipe; there is no port that a page could find', () => {
  expect(flags).toContain('--remote-debugging-pipe');
  expect(flags.filter((flag) => /debugging-(port|address)/.test(flag))).toEqual([]);
});

test('T7: nothing goes past the proxy: no exception for loopback, no UDP, no QUIC', () => {
  expect(flags).toContain('--proxy-server=http://127.0.0.1:9');
  expect(flags).toContain('--proxy-bypass-list=<-loopback>');
  expect(flags).toContain('--force-webrtc-ip-handling-policy=disable_non_proxied_udp');
  expect(flags).toContain('--disable-quic');
  expect(flags).not.toContain('--no-sandbox');
});
