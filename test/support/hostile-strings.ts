/** Input from people, pages and attackers where a name, an address or a log line is expected. */

export interface HostileString {
  what: string;
  text: string;
  /** Not valid as a name: it is refused, with the parameter's name. */
  noName?: true;
}

export const hostileStrings: readonly HostileString[] = [
  { what: 'an image with a handler', text: '<img src=x onerror="window.hacked=1">' },
  { what: 'the end of a script', text: '</script><script>window.hacked=1</script>' },
  { what: 'the end of a title', text: '</title><svg onload="window.hacked=1">' },
  { what: 'the end of a preformatted text', text: '</pre><script>window.hacked=1</script><!--' },
  { what: 'the end of an attribute', text: `" autofocus onfocus="window.hacked=1" x='` },
  { what: 'an address that is a script', text: 'javascript:window.hacked=1//' },
  {
    what: 'a template',
    text: '{{constructor.constructor("window.hacked=1")()}} ${window.hacked=1} <%= 7*7 %>',
  },
  { what: 'entities', text: '&lt;b&gt; &amp;amp; &#x3c;i&#x3e;' },
  { what: 'SQL', text: `'; drop table runs; -- ' or '1'='1` },
  { what: 'wild cards of SQL', text: '%_\\%' },
  { what: 'a shell', text: '$(touch /tmp/hacked); `id` | cat && rm -rf "$HOME" > /dev/null' },
  { what: 'an option', text: '--help' },
  { what: 'a format', text: '%s %n %d %x %%' },
  { what: 'a path upwards', text: '../../../../etc/passwd' },
  { what: 'a path upwards with backslashes', text: '..\\..\\..\\windows\\win.ini' },
  { what: 'an absolute path', text: '/etc/passwd' },
  { what: 'a name of Object', text: '__proto__' },
  { what: 'another name of Object', text: 'constructor' },
  { what: 'an address with everything', text: '/a b?c=d&e=%2e%2e#f;g=h+i' },
  { what: 'right to left', text: 'צילום \u202egnp.exe', noName: true },
  { what: 'marks without width', text: 'a\u200bb\u2060c\ufeffd\u00ad', noName: true },
  { what: 'right to left letters', text: 'צילום مسך' },
  { what: 'piled up accents', text: `Z${'\u0335\u0321\u0321'.repeat(40)}` },
  { what: 'unnormalised letters', text: 'e\u0301 \u00e9 \u212b \ufb01' },
  { what: 'letters beyond the first plane', text: '🦊👩‍👩‍👧‍👦\u{1f3f3}\u{10ffff}' },
  { what: 'blanks at both ends', text: '  a  ' },
  { what: '255 characters', text: 'W'.repeat(255) },
  { what: '10,000 characters', text: 'w'.repeat(10_000), noName: true },
  { what: 'a line break', text: 'a\nb', noName: true },
  { what: 'a header', text: 'a\r\nSet-Cookie: hacked=1\r\nBcc: all@example.com', noName: true },
  { what: 'NUL', text: 'a\0b', noName: true },
  { what: 'colours of a terminal', text: '\u001b[31mred\u001b[0m\u001b]0;title\u0007', noName: true },
  { what: 'control characters of eight bits', text: 'a\u009b31mb\u0085', noName: true },
  { what: 'a separator of lines', text: 'a\u2028b\u2029', noName: true },
  { what: 'the first half of a character', text: 'a\ud83d', noName: true },
  { what: 'the second half of a character', text: '\udca9b', noName: true },
];

export const hostileNames = hostileStrings.filter(({ noName }) => noName !== true);
export const refusedNames = hostileStrings.filter(({ noName }) => noName === true);
