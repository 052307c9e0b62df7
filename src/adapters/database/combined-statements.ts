import type { CompiledQuery, QueryResult } from 'kysely';
import { answerOf, prepared } from './statement.ts';
import type { Answer } from './statement.ts';

interface Question {
  query: CompiledQuery<unknown>;
  resolve: (answer: Answer<unknown>) => void;
  reject: (error: unknown) => void;
}

type Run = (query: CompiledQuery<unknown>) => Promise<QueryResult<unknown>>;

/** The column that says which question a row answers. */
const position = 'combined_position';

/**
 * Reads of a PostgreSQL transaction that several use cases share. What they ask at the same time is sent as one
 * statement: equal selects once, those that only have other values as one select over all values. Different ones are sent
 * together, and the next ones when all of them are answered, so that the use cases keep step.
 */
export class CombinedStatements {
  readonly #run: Run;
  #waiting: Question[] = [];
  #isAsking = false;

  constructor(run: Run) {
    this.#run = run;
  }

  /** @param query a select that locks nothing */
  ask<Row>(query: CompiledQuery<Row>): Promise<Answer<Row>> {
    const answer = new Promise<Answer<unknown>>((resolve, reject) =>
      this.#waiting.push({ query, resolve, reject }),
    );
    if (!this.#isAsking) {
      this.#isAsking = true;
      // After all use cases that are not waiting have asked their next question.
      process.nextTick(() => void this.#askAll());
    }
    return answer as Promise<Answer<Row>>;
  }

  async #askAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const byText = Map.groupBy(this.#waiting.splice(0), ({ query }) => query.sql);
      await Promise.all([...byText.values()].map((questions) => this.#askAlike(questions)));
      // The use cases that were answered ask their next question before this continues.
      await new Promise((resolve) => process.nextTick(resolve));
    }
    this.#isAsking = false;
  }

  /** @param questions with the same text */
  async #askAlike(questions: readonly Question[]): Promise<void> {
    const distinct = Map.groupBy(questions, ({ query }) => JSON.stringify(query.parameters));
    const groups = [...distinct.values()];
    const queries = groups.map(([first]) => first!.query);
    const types = queries.length > 1 ? typesOf(queries) : null;
    if (types === null) {
      await Promise.all(groups.map((group) => this.#settle(group, () => this.#one(group[0]!.query))));
      return;
    }
    let rowsOf: unknown[][];
    try {
      rowsOf = await this.#many(queries, types);
    } catch (error) {
      for (const { reject } of questions) reject(error);
      return;
    }
    for (const [index, group] of groups.entries()) {
      for (const { resolve } of group) resolve({ rows: rowsOf[index]!, changed: 0 });
    }
  }

  async #settle(questions: readonly Question[], work: () => Promise<Answer<unknown>>): Promise<void> {
    try {
      const answer = await work();
      for (const { resolve } of questions) resolve(answer);
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  }

  async #one(query: CompiledQuery<unknown>): Promise<Answer<unknown>> {
    return answerOf(await this.#run(query));
  }

  async #many(queries: readonly CompiledQuery<unknown>[], types: readonly string[]): Promise<unknown[][]> {
    const query = {
      ...queries[0]!,
      sql: combinedText(queries[0]!.sql, types),
      parameters: types.map((type, index) =>
        type === same ? queries[0]!.parameters[index] : queries.map(({ parameters }) => parameters[index]),
      ),
    };
    const { rows } = await this.#run(prepared(query));
    const rowsOf = queries.map((): unknown[] => []);
    for (const row of rows) rowsOf[(row as { [position]: number })[position] - 1]!.push(row);
    return rowsOf;
  }
}

/** Said of a parameter that is passed as is: a limit may not depend on the question. */
const same = 'same';

/** The types of the parameters; null if the queries cannot be combined by lists of them. */
function typesOf(queries: readonly CompiledQuery<unknown>[]): string[] | null {
  const [first] = queries as [CompiledQuery<unknown>];
  const limits = [...first.sql.matchAll(/ limit \$(\d+)/gi)].map((match) => Number(match[1]) - 1);
  const types = first.parameters.map((value, index) => (limits.includes(index) ? same : typeOf(value)));
  const isAlike = queries.every(({ parameters }) =>
    parameters.every((value, index) =>
      types[index] === same ? value === first.parameters[index] : typeOf(value) === types[index],
    ),
  );
  return isAlike && !types.includes('') && types.some((type) => type !== same) ? types : null;
}

function typeOf(value: unknown): string {
  if (typeof value === 'string') return 'text';
  return Number.isSafeInteger(value) ? 'bigint' : '';
}

const texts = new Map<string, string>();

/** The statement for many values of its parameters, each of them a list. */
function combinedText(sql: string, types: readonly string[]): string {
  const key = `${types.join()} ${sql}`;
  let text = texts.get(key);
  if (text === undefined) {
    const lists = types.flatMap((type, index) => (type === same ? [] : [index + 1]));
    const values = lists.map((number) => `$${number}::${types[number - 1]}[]`).join(', ');
    const names = lists.map((number) => `p${number}`).join(', ');
    const inner = sql.replace(/\$(\d+)/g, (whole, number: string) =>
      lists.includes(Number(number)) ? `asked.p${number}` : whole,
    );
    text =
      `select answers.*, asked.${position} from unnest(${values}) with ordinality as asked (${names}, ${position}) ` +
      `cross join lateral (${inner}) as answers`;
    texts.set(key, text);
  }
  return text;
}
