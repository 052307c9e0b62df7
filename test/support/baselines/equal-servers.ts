/** Several servers that are asked the same and must answer the same. */

import type { BaselineServer, NewRelease, ReleaseHandle, RunAnswer } from './baseline-server.ts';

interface Handle extends ReleaseHandle {
  /** The release on each server, in their order. */
  each: ReleaseHandle[];
}

/** A release as every server knows it: their ids differ. */
const known = (release: ReleaseHandle | null) =>
  release === null ? null : { name: release.name, number: release.number };

export class EqualServers implements BaselineServer {
  readonly #servers: readonly (readonly [name: string, server: BaselineServer])[];

  constructor(servers: Readonly<Record<string, BaselineServer>>) {
    this.#servers = Object.entries(servers);
  }

  async configure(...settings: Parameters<BaselineServer['configure']>): Promise<void> {
    await this.#all((server) => server.configure(...settings));
  }

  async createRelease(release: NewRelease): Promise<Handle> {
    const { baselineRelease, ...rest } = release;
    const each = await this.#all((server, index) =>
      server.createRelease({
        ...rest,
        ...(baselineRelease !== undefined && { baselineRelease: on(baselineRelease, index) }),
      }),
    );
    this.#same(each.map(known));
    return { ...each[0]!, each };
  }

  async run(release: ReleaseHandle, ...rest: Rest<BaselineServer['run']>): Promise<void> {
    await this.#all((server, index) => server.run(on(release, index), ...rest));
  }

  async failedRun(release: ReleaseHandle, name: string): Promise<void> {
    await this.#all((server, index) => server.failedRun(on(release, index), name));
  }

  async runsDone(release: ReleaseHandle): Promise<void> {
    await this.#all((server, index) => server.runsDone(on(release, index)));
  }

  async judge(release: ReleaseHandle, ...rest: Rest<BaselineServer['judge']>): Promise<void> {
    await this.#all((server, index) => server.judge(on(release, index), ...rest));
  }

  async confirmRemoval(release: ReleaseHandle, name: string): Promise<void> {
    await this.#all((server, index) => server.confirmRemoval(on(release, index), name));
  }

  async decide(release: ReleaseHandle, decision: Parameters<BaselineServer['decide']>[1]): Promise<void> {
    await this.#all((server, index) => server.decide(on(release, index), decision));
  }

  async answer(release: ReleaseHandle, name: string): Promise<RunAnswer> {
    const answers = await this.#all((server, index) => server.answer(on(release, index), name));
    return this.#same(
      answers.map((answer) => ({
        ...answer,
        baseline: known(answer.baseline),
        takenOverFrom: known(answer.takenOverFrom),
      })),
    ) as RunAnswer;
  }

  async status(release: ReleaseHandle): ReturnType<BaselineServer['status']> {
    return this.#same(await this.#all((server, index) => server.status(on(release, index))));
  }

  async missing(release: ReleaseHandle): Promise<string[]> {
    return this.#same(await this.#all((server, index) => server.missing(on(release, index))));
  }

  async pass(seconds: number): Promise<void> {
    await this.#all((server) => server.pass(seconds));
  }

  async #all<T>(ask: (server: BaselineServer, index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(
      this.#servers.map(([name, server], index) =>
        ask(server, index).catch((error: unknown) => {
          throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
        }),
      ),
    );
  }

  /** @returns what all of them answered */
  #same<T>(answers: readonly T[]): T {
    const [first] = answers.map((answer) => JSON.stringify(answer));
    for (const [index, answer] of answers.entries()) {
      if (JSON.stringify(answer) === first) continue;
      const [name] = this.#servers[index]!;
      throw new Error(`${this.#servers[0]![0]} answers ${first}, ${name} ${JSON.stringify(answer)}`);
    }
    return answers[0]!;
  }
}

type Rest<Method> = Method extends (release: ReleaseHandle, ...rest: infer R) => unknown ? R : never;

function on(release: ReleaseHandle, index: number): ReleaseHandle {
  return (release as Handle).each[index]!;
}
