/** Waits for a promise, at most `ms`; then rejects with what `late` makes. */
export async function within<T>(ms: number, promise: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  promise.catch(() => undefined);
  return Promise.race([promise, tooLate]).finally(() => clearTimeout(timer));
}
