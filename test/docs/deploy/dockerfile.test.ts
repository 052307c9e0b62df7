import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { expect, it } from 'vitest';
import { readDeployFile } from '../../support/deploy-files.ts';

const text = readDeployFile('Dockerfile');
const dockerfile = DockerfileParser.parse(text);
const instructions = dockerfile.getInstructions();
const of = (keyword: string) =>
  instructions
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((one) => one.getArgumentsContent() ?? '');

it('the Dockerfile has no mistake that a linter knows', () => {
  const findings = validate(text).map(({ range, message }) => [range.start.line + 1, message]);
  expect(findings).toEqual([]);
});

it('the image runs unprivileged, reaps processes, tells its health, and is built on named versions', () => {
  expect(of('USER')).toEqual(['10001:10001']);
  expect(of('ENTRYPOINT')).toEqual(['["/usr/bin/tini", "--", "dpxdt"]']);
  expect(of('CMD')).toEqual(['["server"]']);
  expect(of('HEALTHCHECK')[0]).toContain('/healthz');
  expect(of('ARG').filter((name) => name.includes('_IMAGE='))).toHaveLength(2);
  expect(text).not.toMatch(/:latest\b/);
  // Base images are arguments, so that a mirror can be named.
  for (const from of of('FROM')) expect(from).toMatch(/^\$\{(NODE|DEBIAN)_IMAGE\}|^node AS package$/);
});

it('no layer keeps lists or archives of packages', () => {
  for (const command of of('RUN').filter((run) => run.includes('apt-get')))
    expect(command).toMatch(
      /--no-install-recommends[\s\S]*rm -rf \/var\/lib\/apt\/lists\/\* \/var\/cache\/apt\/\*/,
    );
});
