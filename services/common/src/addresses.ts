/** Every public address with its methods: who asks with another one is told (405) which there are. */

const token = "[^/]+";
const application = `/api/applications/${token}`;
const chat = `${application}/chats/[^/]+`;
const users = `${application}/users`;

export const addresses: readonly (readonly [pattern: RegExp, allow: string])[] = [
  [new RegExp("^/api/operator/(figures|parked)$"), "GET"],
  [new RegExp("^/api/operator/parked/[^/]+/replay$"), "POST"],
  [new RegExp("^/api/applications$"), "POST, GET"],
  [new RegExp(`^${application}$`), "GET, PUT, PATCH, DELETE"],
  [new RegExp(`^${application}/secret$`), "POST"],
  [new RegExp(`^${application}/search$`), "GET"],
  [new RegExp(`^${application}/(register|login|logout|token/renew)$`), "POST"],
  [new RegExp(`^${application}/sessions$`), "GET"],
  [new RegExp(`^${application}/sessions/[^/]+$`), "DELETE"],
  [new RegExp(`^${users}$`), "POST, GET"],
  [new RegExp(`^${users}/username/[^/]+$`), "GET"],
  [new RegExp(`^${users}/[^/]+$`), "GET, PUT, PATCH, DELETE"],
  [new RegExp(`^${users}/[^/]+/token$`), "POST"],
  [new RegExp(`^${users}/[^/]+/profile$`), "GET, PUT, PATCH, DELETE"],
  [new RegExp(`^${application}/chats$`), "POST, GET"],
  [new RegExp(`^${application}/messages$`), "POST, GET"],
  [new RegExp(`^${application}/messages/[^/]+$`), "GET, PUT, PATCH, DELETE"],
  [new RegExp(`^${application}/chats/common$`), "POST, GET, PUT, PATCH"],
  [new RegExp(`^${chat}$`), "POST, GET, PUT, PATCH, DELETE"],
  [new RegExp(`^${chat}/messages$`), "POST, GET"],
  [new RegExp(`^${chat}/messages/[^/]+$`), "GET, PUT, PATCH, DELETE"],
  [new RegExp(`^${chat}/search$`), "GET"],
  [new RegExp(`^${chat}/continuity$`), "GET"],
  [new RegExp(`^${chat}/changes$`), "GET"],
  [new RegExp(`^${chat}/read$`), "GET, PUT"],
  [new RegExp(`^${chat}/members$`), "GET"],
  [new RegExp(`^${chat}/members/[^/]+$`), "GET, PUT, DELETE"],
  [new RegExp(`^${users}/[^/]+/chats$`), "GET"],
  [new RegExp(`^${users}/me/messages$`), "GET"],
  [new RegExp(`^${users}/me/conversations$`), "GET"],
  [new RegExp(`^${users}/me/unread$`), "GET"],
  [new RegExp(`^${users}/me/blocks$`), "GET"],
  [new RegExp(`^${users}/me/blocks/[^/]+$`), "PUT, DELETE"],
  [new RegExp(`^${users}/[^/]+/messages$`), "POST, GET"],
  [new RegExp(`^${users}/[^/]+/messages/[^/]+$`), "GET, PUT, PATCH, DELETE"],
  [new RegExp(`^${users}/[^/]+/search$`), "GET"],
  [new RegExp(`^${users}/[^/]+/changes$`), "GET"],
  [new RegExp(`^${users}/[^/]+/read$`), "GET, PUT"],
];

/** The value of `Allow` for a path, or undefined when nothing is there. */
export function findAllow(path: string): string | undefined {
  return addresses.find(([pattern]) => pattern.test(path))?.[1];
}
