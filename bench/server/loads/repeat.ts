import { form, formType, runClients, type Extent, type Stats, type Target } from './clients.ts';

export interface RepeatInput extends Extent {
  target: Target;
  method: 'GET' | 'POST';
  path: string;
  /**
   * Sent as the query of a GET, as the form of a POST. `{i}` becomes the number of the call; the values of a list are
   * used in turn.
   */
  fields?: Record<string, string | number | readonly string[]>;
  /** Number of the first call; default 0. */
  from?: number;
  /** Every call opens a separate connection, as the original's clients do. */
  freshConnections?: boolean;
  /** Numbers restart after this many. */
  modulo?: number;
}

/** Repeats the same call with a running number. */
export function repeat(input: RepeatInput): Promise<Stats> {
  const { method, path, fields, from = 0, modulo = Infinity } = input;
  return runClients(input.target, input, async (connection, index) => {
    if (input.freshConnections === true) connection.close();
    const number = (from + index) % modulo;
    const filled = (text: string) => text.replace('{i}', String(number));
    const values = Object.entries(fields ?? {}).map(([name, value]): [string, string | number] => [
      name,
      typeof value === 'string'
        ? filled(value)
        : typeof value === 'number'
          ? value
          : value[number % value.length]!,
    ]);
    const body = form(Object.fromEntries(values));
    if (method === 'POST') {
      return connection.request({ method, path, contentType: formType, body, dropBody: true });
    }
    return connection.request({ method, path: body === '' ? path : `${path}?${body}`, dropBody: true });
  });
}
