/** Tells the person at the terminal what goes on: one line per finished step, and a sign of life during a long one. */

const SIGN_OF_LIFE_MS = 10_000;

export async function step<T>(
  title: string,
  work: Promise<T>,
  describe: (result: T) => string = () => "",
): Promise<T> {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
  const signOfLife = setInterval(() => console.log(`  … ${title}, ${seconds()} s so far`), SIGN_OF_LIFE_MS);
  try {
    const result = await work;
    console.log(`  ${title.padEnd(16)} ${`${seconds()} s`.padStart(7)}  ${describe(result)}`.trimEnd());
    return result;
  } finally {
    clearInterval(signOfLife);
  }
}
