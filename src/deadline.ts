// Work that others wait for is given a time; what it comes to after that is dropped.

/** @throws late(), when the work is not done in so many seconds. The work itself goes on. */
export async function withDeadline<T>(work: Promise<T>, seconds: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), seconds * 1000);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
