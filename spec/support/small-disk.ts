/** A disk of some megabytes under a folder, to be filled up and freed: a tmpfs, which only root may mount. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type SmallDisk = ReturnType<typeof mountDisk>;

const megabyte = Buffer.alloc(1024 * 1024);

export function mountDisk(folder: string, sizeMb: number) {
  mkdirSync(folder, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeMb}m`, "tmpfs", folder], { stdio: "pipe" });
  const filler = join(folder, "filler");
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    /** Takes all but so many megabytes; asked again, also what was freed meanwhile. */
    fill(leftMb: number): void {
      const file = openSync(filler, "a");
      try {
        for (let free = freeBytes() - leftMb * megabyte.length; free > 0; free -= megabyte.length) {
          writeSync(file, megabyte, 0, Math.min(free, megabyte.length));
        }
      } catch (err) {
        // The store may have taken the rest in between.
        if ((err as NodeJS.ErrnoException).code !== "ENOSPC") throw err;
      } finally {
        closeSync(file);
      }
    },
    free: (): void => rmSync(filler, { force: true }),
    /** Lazily: what still has a file open keeps it to its end. */
    unmount: (): void => void execFileSync("umount", ["-l", folder], { stdio: "pipe" }),
  };
}

/** Why there cannot be one on this machine, if so; found out by trying. */
export function whyNoDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "parley-disk-"));
  try {
    mountDisk(folder, 1).unmount();
    return undefined;
  } catch (err) {
    return `a tmpfs cannot be mounted (${(err as Error).message.trim().split("\n").at(-1)})`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
