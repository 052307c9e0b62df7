/** Problems of a Content-Security-Policy: the findings that Google's CSP Evaluator rates high or medium. */

const fetchDirectives = ['script-src', 'object-src', 'frame-src', 'worker-src', 'img-src', 'connect-src'];
/** These do not fall back to default-src. */
const ownDirectives = ['base-uri', 'form-action', 'frame-ancestors'];
const known = new Set([
  'default-src',
  ...fetchDirectives,
  ...ownDirectives,
  'style-src',
  'font-src',
  'media-src',
  'manifest-src',
  'sandbox',
]);

export function cspFindings(policy: string): string[] {
  const directives = new Map<string, string[]>();
  const findings: string[] = [];
  for (const part of policy.split(';')) {
    const [name, ...values] = part.trim().split(/\s+/);
    if (name === '' || name === undefined) continue;
    if (!known.has(name)) findings.push(`unknown directive ${name}`);
    if (directives.has(name)) findings.push(`${name} twice: browsers take the first`);
    directives.set(name, values);
  }
  const effective = (name: string) => directives.get(name) ?? directives.get('default-src');
  for (const name of ['script-src', 'object-src']) {
    if (effective(name) === undefined) findings.push(`${name} is missing: anything may be loaded`);
  }
  for (const name of ownDirectives) {
    if (!directives.has(name)) findings.push(`${name} is missing, and has no fallback`);
  }
  for (const value of effective('script-src') ?? []) {
    if (value === "'unsafe-inline'") findings.push('scripts may stand in the page');
    if (value === "'unsafe-eval'") findings.push('text may become script');
    if (value === '*' || /^(https?|data|blob|filesystem):/.test(value))
      findings.push(`scripts may come from ${value}`);
    if (/^[^']*\*/.test(value)) findings.push(`scripts may come from many hosts: ${value}`);
    if (/^[a-z0-9-]+\./i.test(value)) findings.push(`scripts may come from another host: ${value}`);
  }
  const objects = effective('object-src') ?? [];
  if (objects.join(' ') !== "'none'") findings.push('plug-ins may be loaded');
  const base = directives.get('base-uri')?.join(' ');
  if (base !== undefined && base !== "'none'" && base !== "'self'")
    findings.push(`the base address may be ${base}`);
  if (directives.get('frame-ancestors')?.join(' ') !== "'none'") findings.push('other pages may frame it');
  return findings;
}
