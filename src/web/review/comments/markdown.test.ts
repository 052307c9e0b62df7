import { describe, expect, it } from 'vitest';
import { readMarkdown, type CommentNode } from './markdown.ts';

/** As HTML would show it, for short tests; the page makes elements instead. */
function shown(nodes: readonly CommentNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return node.replaceAll('<', '&lt;');
      if (node.tag === 'br') return '<br>';
      const href = node.tag === 'a' ? ` ${node.href}` : '';
      return `<${node.tag}${href}>${shown(node.children)}</${node.tag}>`;
    })
    .join('');
}
const read = (text: string, ...names: string[]) =>
  shown(
    readMarkdown(
      text,
      names.map((name) => ({ name })),
    ),
  );

/** Every element of a tree. */
function elements(nodes: readonly CommentNode[]): Exclude<CommentNode, string>[] {
  return nodes.flatMap((node) =>
    typeof node === 'string' ? [] : [node, ...(node.tag === 'br' ? [] : elements(node.children))],
  );
}

describe('the Markdown of a comment', () => {
  it('has what people write in comments', () => {
    expect(read('**Is** this _meant_?\nNo `x < y`.')).toBe(
      '<p><strong>Is</strong> this <em>meant</em>?<br>No <code>x &lt; y</code>.</p>',
    );
    expect(read('- a\n- b\n\n> said\n\n```\ncode\n```\n~~gone~~')).toBe(
      '<ul><li>a</li><li>b</li></ul><blockquote><p>said</p></blockquote><pre>code\n</pre><p><s>gone</s></p>',
    );
    expect(read('[a](https://a.test/x) <http://b.test> https://c.test')).toBe(
      '<p><a https://a.test/x>a</a> <a http://b.test>http://b.test</a> <a https://c.test>https://c.test</a></p>',
    );
  });

  it('marks people who are named, but not in code and links', () => {
    expect(read('@Ann, `@Ann` [@Ann](https://a.test)', 'Ann')).toBe(
      '<p><mention>@Ann</mention>, <code>@Ann</code> <a https://a.test>@Ann</a></p>',
    );
  });

  it('has neither HTML nor images nor headings', () => {
    expect(read('<script>alert(1)</script> <b onclick=x>b</b>')).toBe(
      '<p>&lt;script>alert(1)&lt;/script> &lt;b onclick=x>b&lt;/b></p>',
    );
    expect(read('<img src=x onerror=alert(1)>')).toBe('<p>&lt;img src=x onerror=alert(1)></p>');
    expect(read('# a\n&lt;b&gt;')).toBe('<p># a<br>&amp;lt;b&amp;gt;</p>'.replaceAll('&amp;', '&'));
    expect(read('![a](https://a.test/x.png)')).toBe('<p>!<a https://a.test/x.png>a</a></p>');
  });

  it.each([
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](\\javascript:alert(1))',
    '[a](java&#x0A;script:alert(1))',
    '[a](data:text/html,<script>alert(1)</script>)',
    '[a](vbscript:x)',
    '[a](file:///etc/passwd)',
    '[a](//evil.test)',
    '[a](/local)',
    '[a](https://good.test@evil.test/)',
    '<javascript:alert(1)>',
    'javascript:alert(1)',
    '[a](https:evil.test)',
  ])('links only to the web: %s', (text) => {
    expect(elements(readMarkdown(text, [])).filter(({ tag }) => tag === 'a')).toEqual([]);
  });

  it('has no link in a link', () => {
    for (const text of [
      '[a [b](https://b.test) c](https://a.test)',
      '[https://b.test](https://a.test)',
      '[<https://b.test>](https://a.test)',
      '[![b](https://b.test)](https://a.test)',
    ]) {
      for (const node of elements(readMarkdown(text, []))) {
        if (node.tag === 'a')
          expect(
            elements(node.children).filter(({ tag }) => tag === 'a'),
            text,
          ).toEqual([]);
      }
    }
  });

  it.each([
    ['['],
    ['[a]('],
    ['*a '],
    ['_a *b '],
    ['`'],
    ['> '],
    ['- '],
    ['<'],
    ['![['],
    ['~~'],
    ['@'],
    ['https://a.test/('],
    ['\\'],
    ['1. '],
  ])('P107: is read in a moment, however often it has %j', (part) => {
    const text = part.repeat(Math.ceil(4_000 / part.length)).slice(0, 4_000);
    for (const whole of [text, `${text}${'*'.repeat(10)} ${'])'.repeat(100)}`]) {
      const began = performance.now();
      const nodes = readMarkdown(whole, [{ name: 'Ann' }]);
      expect(performance.now() - began).toBeLessThan(500);
      expect(depthOf(nodes)).toBeLessThanOrEqual(15);
    }
  });
});

function depthOf(nodes: readonly CommentNode[]): number {
  return Math.max(
    0,
    ...nodes.map((node) =>
      typeof node === 'string' ? 0 : node.tag === 'br' ? 1 : 1 + depthOf(node.children),
    ),
  );
}
