/** Where the stores of the native product are, for scripts beside it. */
import { dataFolderPath, findSupervisor, readState } from "./data-folder.ts";
import { readSettings } from "./native.ts";
import { missingSearchPackages } from "./servers/install.ts";

/** @throws Error when the product does not run */
export function nativeStores(): NodeJS.ProcessEnv {
  const folder = dataFolderPath();
  if (!findSupervisor(folder)) {
    throw new Error(
      `Parley does not run (data folder ${folder}): npm start, or set MYSQL_URL and REDIS_URL.`,
    );
  }
  const { ports, passwords } = readSettings(folder, readState(folder).ports);
  return {
    MYSQL_URL: `mysql://parley:${passwords.mysql}@127.0.0.1:${ports.mariadb}/parley`,
    REDIS_URL: `redis://:${passwords.redis}@127.0.0.1:${ports.redis}/0`,
    ...(missingSearchPackages().length === 0 && {
      ELASTICSEARCH_URL: `http://127.0.0.1:${ports.elasticsearch}`,
    }),
  };
}
