/** Tells the person at the terminal what goes on: a line per finished step, signs of life, and a bar where the end is known. */

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

const BAR_WIDTH = 30;

/** On a terminal a bar that moves; elsewhere a line every few seconds. */
export function createBar(title: string) {
  const { stdout } = process;
  let toldAt = Date.now();
  return {
    show(done: number, total: number, note = ""): void {
      const share = total === 0 ? 1 : done / total;
      const text = `${title} ${Math.floor(share * 100)} % (${done} of ${total})${note && `, ${note}`}`;
      if (stdout.isTTY) {
        const filled = Math.round(share * BAR_WIDTH);
        stdout.write(`\r\x1b[K[${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}] ${text}`);
      } else if (Date.now() - toldAt >= SIGN_OF_LIFE_MS) {
        toldAt = Date.now();
        console.log(`  … ${text}`);
      }
    },
    clear(): void {
      if (stdout.isTTY) stdout.write("\r\x1b[K");
    },
  };
}
