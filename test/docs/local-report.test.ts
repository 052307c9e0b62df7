/** `docs/local.md` names every key of `results.json`, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const source = read('src/contract/files/local-report.ts');
const tree = ts.createSourceFile('local-report.ts', source, ts.ScriptTarget.Latest);

/** Names of the properties of an interface of the file. */
const keysOf = (name: string): string[] =>
  tree.statements
    .filter(ts.isInterfaceDeclaration)
    .filter((one) => one.name.text === name)
    .flatMap(({ members }) => members.map((member) => member.name!.getText(tree)));

const [, section] = read('docs/local.md').split('## Files of a report');
const [ofReport, ofTest] = section!.split('\nA test has ');
const namesIn = (text: string): string[] => [...text.matchAll(/`([A-Za-z]+)`/g)].map((match) => match[1]!);
/** The names in the first cells of a text's tables. */
const rowsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => namesIn(line.split('|')[1]!));
const comparison = ofTest!.split('\n').find((line) => line.startsWith('| `comparison` |'))!;

describe('docs/local.md has the keys of', () => {
  it('results.json', () => {
    expect(rowsOf(ofReport!).sort()).toEqual(keysOf('LocalReport').sort());
  });

  it('a test', () => {
    const named = [...namesIn(ofTest!.split('\n')[0]!), ...rowsOf(ofTest!)];
    expect(named.sort()).toEqual(keysOf('LocalTestResult').sort());
  });

  it('a comparison', () => {
    expect(namesIn(comparison.split('|')[2]!).sort()).toEqual(keysOf('ReportComparison').sort());
  });
});
