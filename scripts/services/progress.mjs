// A step that takes long shows that it is alive: a line after one second, then after 2, 4, 8 … seconds more, at most 30 apart.

/**
 * Runs `work` and returns its result; says nothing when it takes less than a second.
 * @template T
 * @param {(line: string) => void} say
 * @param {string} what a verb in the -ing form: "installing packages"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(say, what, work) {
  const begun = Date.now();
  let timer;
  const sayAfter = (milliseconds) => {
    timer = setTimeout(() => {
      say(`  … still ${what} (${Math.round((Date.now() - begun) / 1000)} s)`);
      sayAfter(Math.min(milliseconds * 2, 30_000));
    }, milliseconds);
  };
  sayAfter(1000);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
