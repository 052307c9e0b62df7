/** Whether traces are wanted, by the standard variables: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */

export interface SamplerChoice {
  /** Share of new traces that are recorded, 0–1. */
  ratio: number;
  /** Whether a trace that began elsewhere is recorded if and only if it is there. */
  followsParent: boolean;
}

export interface OtelChoice {
  isOn: boolean;
  sampler: SamplerChoice;
  /** What was set and is not used, one sentence each. */
  notices: string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const everything: SamplerChoice = { ratio: 1, followsParent: true };
const protocol = 'http/protobuf';

/** Traces are off unless there is an endpoint for them. */
export function readOtelSettings(env: Environment): OtelChoice {
  const off: OtelChoice = { isOn: false, sampler: everything, notices: [] };
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'] || '';
  if (endpoint === '' || env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return off;
  const exporter = env['OTEL_TRACES_EXPORTER'] || 'otlp';
  if (exporter === 'none') return off;
  if (exporter !== 'otlp')
    return { ...off, notices: [unknown('OTEL_TRACES_EXPORTER', exporter, '"otlp" and "none"')] };
  const address = URL.parse(endpoint);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    return {
      ...off,
      notices: [
        'There are no traces: OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL, such as "http://localhost:4318".',
      ],
    };
  }
  const wanted = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || protocol;
  if (wanted !== protocol) {
    return {
      ...off,
      notices: [unknown('OTEL_EXPORTER_OTLP_PROTOCOL', wanted, `"${protocol}" (the collector’s port 4318)`)],
    };
  }
  return { isOn: true, ...readSampler(env) };
}

function readSampler(env: Environment): Pick<OtelChoice, 'sampler' | 'notices'> {
  const name = env['OTEL_TRACES_SAMPLER'] || 'parentbased_always_on';
  const followsParent = name.startsWith('parentbased_');
  const kind = name.replace(/^parentbased_/, '');
  if (kind === 'always_on') return { sampler: { ratio: 1, followsParent }, notices: [] };
  if (kind === 'always_off') return { sampler: { ratio: 0, followsParent }, notices: [] };
  if (kind !== 'traceidratio') {
    const known = 'always_on, always_off and traceidratio, each also with "parentbased_" before it';
    return {
      sampler: everything,
      notices: [`Every trace is recorded: OTEL_TRACES_SAMPLER is "${shown(name)}"; known are ${known}.`],
    };
  }
  const text = env['OTEL_TRACES_SAMPLER_ARG'] || '1';
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return { sampler: { ratio, followsParent }, notices: [] };
  return {
    sampler: { ratio: 1, followsParent },
    notices: [
      `Every trace is recorded: OTEL_TRACES_SAMPLER_ARG is "${shown(text)}"; a number from 0 to 1 is expected.`,
    ],
  };
}

function unknown(variable: string, value: string, known: string): string {
  return `There are no traces: ${variable} is "${shown(value)}"; known is only ${known}.`;
}

const shown = (value: string): string => value.slice(0, 100);
