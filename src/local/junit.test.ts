import { describe, expect, it } from 'vitest';
import { sampleReport, sampleResult } from '../../test/support/sample-local-report.ts';
import { escapeXml } from '../base/xml-text.ts';
import { toJUnitXml } from './junit.ts';
import { describeResult } from './words.ts';

describe('toJUnitXml', () => {
  it('counts differences as failures and what could not be compared as errors', () => {
    const xml = toJUnitXml(
      sampleReport([
        sampleResult({ name: 'a' }),
        sampleResult({ name: 'b', state: 'differs', durationMs: 1_500 }),
        sampleResult({
          name: 'c',
          state: 'failed',
          failure: { reason: 'tls_error', message: 'Bad.' },
          log: 'log',
        }),
        sampleResult({ name: 'd', file: 'tests/b.yaml', state: 'new' }),
      ]),
      describeResult,
      'dpxdt-report',
    );
    expect(xml).toContain(
      '<testsuites name="dpxdt test" tests="4" failures="1" errors="1" skipped="0" time="1.536">',
    );
    expect(xml.match(/<testsuite /g)).toHaveLength(2);
    expect(xml).toContain('<error type="tls_error" message="tls_error: Bad.">tls_error: Bad.</error>');
    expect(xml).toContain('<system-out>log</system-out>');
    expect(xml).toContain('<testcase name="a" classname="tests/a.yaml" file="tests/a.yaml" time="0.012"/>');
  });

  it('has what of a page did not arrive as properties, also of a test that passed', () => {
    const incomplete = [{ url: 'http://x/a.png?<&', why: 'status 404' }];
    const failure = { reason: 'page_incomplete' as const, message: 'Missing.' };
    const xml = toJUnitXml(
      sampleReport([
        sampleResult({ name: 'a', incomplete, incompleteCount: 70 }),
        sampleResult({ name: 'b', state: 'failed', failure, incomplete, incompleteCount: 1 }),
        sampleResult({ name: 'c', incomplete: [], incompleteCount: 0 }),
        sampleResult({ name: 'd', warnings: [{ code: 'blank', sentence: 'One <color>.' }] }),
      ]),
      describeResult,
      'dpxdt-report',
    );
    expect(
      xml.match(/<property name="incomplete" value="http:\/\/x\/a.png\?&lt;&amp; \(status 404\)"\/>/g),
    ).toHaveLength(2);
    expect(xml).toMatch(/name="a"[^>]*>\s*<properties>\s*<property name="incomplete_count" value="70"\/>/);
    expect(xml).toContain('<property name="warning" value="blank: One &lt;color&gt;."/>');
    expect(xml).toMatch(/<\/properties>\s*<error type="page_incomplete"/);
    expect(xml).toMatch(/name="c"[^>]*\/>/);
  });

  it('is well-formed for hostile names', () => {
    const hostile = '"><![CDATA[ ]]> & \' \u0000\u0008\u001b\uFFFE \uD800 </testcase>\n\t😀';
    const xml = toJUnitXml(
      sampleReport([
        sampleResult({
          name: hostile,
          file: hostile,
          state: 'failed',
          failure: { reason: 'internal', message: hostile },
          log: hostile,
        }),
      ]),
      describeResult,
      'dpxdt-report',
    );
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\uFFFE\uFFFF]/);
    expect(xml.isWellFormed()).toBe(true);
    expect(xml.match(/<testcase/g)).toHaveLength(1);
    expect(xml.match(/<\/testcase>/g)).toHaveLength(1);
    // Without its tags, the document must hold no markup.
    expect(xml.replace(/<[^<>]*>/g, '').match(/[<>]|&(?!(amp|lt|gt|quot|#10|#13|#9);)/)).toBeNull();
    expect(xml).toContain('😀');
  });

  it('keeps line breaks of attributes', () => {
    expect(escapeXml('a\nb\tc\r"')).toBe('a&#10;b&#9;c&#13;&quot;');
  });

  it('attaches images of what is not fine, the diff first, and nothing that a page wants', () => {
    const image = (name: string) => ({ path: `images/${name}.png`, sha1sum: '', width: 1, height: 1 });
    const same = { state: 'same' as const, words: 'Distortion 0.', diffPath: null, image: image('a~2.run') };
    const differs = {
      ...same,
      state: 'differs' as const,
      diffPath: 'images/a.diff.png',
      image: image('a.run'),
    };
    const failure = { reason: 'tls_error' as const, message: 'Bad.' };
    const xml = toJUnitXml(
      sampleReport([
        sampleResult({ state: 'differs', diffPath: 'images/a.diff.png', after: image('a.run') }),
        sampleResult({ state: 'failed', failure, log: 'x [[ATTACHMENT|/etc/passwd]]' }),
        sampleResult({ flaky: true, tries: [differs, same], after: same.image }),
        sampleResult({ after: image('b.run') }),
      ]),
      describeResult,
      'out\\report/',
    );
    const outputs = [...xml.matchAll(/<system-out>([^]*?)<\/system-out>/g)].map((match) => match[1]!);
    expect(outputs).toHaveLength(3);
    expect(outputs[0]).toBe(
      '[[ATTACHMENT|out/report/images/a.diff.png]]&#10;[[ATTACHMENT|out/report/images/a.run.png]]',
    );
    expect(outputs[1]).toBe('x [ [ATTACHMENT|/etc/passwd]]');
    expect(outputs[2]).toMatch(/^Same, flaky[^]*1: differs\.[^]*2: same\.[^]*a\.diff\.png\]\]/);
    expect(outputs[2]!.match(/ATTACHMENT/g)).toHaveLength(3);
  });
});
