import { expect, it } from 'vitest';
import { shellCall, usualShell } from './shells.ts';

it("starts a script in the system's usual shell, or the one that is named", () => {
  expect([usualShell('linux'), usualShell('darwin'), usualShell('win32')]).toEqual([
    'bash',
    'bash',
    'powershell',
  ]);
  expect(shellCall('bash', 'a', 'linux')).toMatchObject({
    program: 'bash',
    words: ['-c', 'a'],
    detached: true,
  });
  expect(shellCall('cmd', 'a "b"\r\nc\n', 'win32')).toMatchObject({
    program: 'cmd.exe',
    words: ['/d', '/s', '/c', '"a "b" & c"'],
    detached: false,
    windowsVerbatimArguments: true,
  });
  expect(shellCall('powershell', 'a', 'win32')).toMatchObject({ program: 'powershell.exe' });
  expect(shellCall('powershell', 'a', 'linux')).toMatchObject({ program: 'pwsh' });
});
