/** Every schema that the document names: those that parse what is sent, and those that replies are typed by. */
import { z } from "zod";
import * as accounts from "../../services/account-service/src/routes/accounts.ts";
import { NewMember } from "../../services/account-service/src/routes/members.ts";
import { GivenProfile } from "../../services/account-service/src/routes/profiles.ts";
import { ChangedUser, NewUser } from "../../services/account-service/src/routes/users.ts";
import { Change, Continuity } from "../../services/common/src/change-replies.ts";
import * as people from "../../services/common/src/people-replies.ts";
import * as replies from "../../services/common/src/replies.ts";
import { NewApplication } from "../../services/create-service/src/routes/applications.ts";
import { NewChat } from "../../services/create-service/src/routes/chats.ts";
import { NewMessage } from "../../services/create-service/src/routes/messages.ts";
import * as operator from "../../services/read-service/src/operator-replies.ts";
import { ChangedApplication } from "../../services/read-service/src/routes/applications.ts";
import { ChangedChat } from "../../services/read-service/src/routes/chats.ts";
import { ChangedMessage } from "../../services/read-service/src/routes/messages.ts";
import { NewPointer } from "../../services/read-service/src/routes/read-state.ts";

const { messageShape: _, ...ofMessages } = replies;
const { Login: Credentials, ...ofAccounts } = accounts;
const named = {
  ...ofMessages,
  ...people,
  Change,
  Continuity,
  ...operator,
  NewApplication,
  ChangedApplication,
  NewChat,
  ChangedChat,
  NewMessage,
  ChangedMessage,
  NewPointer,
  NewMember,
  NewAccount: ofAccounts.NewAccount,
  Credentials,
  Renewal: ofAccounts.Renewal,
  Logout: ofAccounts.Logout,
  NewUser,
  ChangedUser,
  GivenProfile,
};

export type SchemaName = keyof typeof named;
export type JsonSchema = { [keyword: string]: unknown };

type Converted = { zodSchema: z.core.$ZodType; jsonSchema: JsonSchema };

/** What an address has as text is told as the number that it stands for; a format says more than its pattern. */
function override({ zodSchema, jsonSchema }: Converted): void {
  if (jsonSchema["type"] === "integer" || jsonSchema["format"] !== undefined) delete jsonSchema["pattern"];
  // zod leaves them out where something is transformed: these are of what is sent.
  const examples = z.globalRegistry.get(zodSchema)?.["examples"];
  if (examples) jsonSchema["examples"] = examples;
}
const options = { io: "input", override } as const;

export function referTo(name: SchemaName): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

export function createSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { ...options, uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _id, $schema: _schema, ...schema }]) => [name, schema]),
  );
}

/** The parameters of a query, by name. */
export function propertiesOf(query: z.ZodObject): Record<string, JsonSchema> {
  const { properties } = z.toJSONSchema(query, options) as { properties?: Record<string, JsonSchema> };
  return properties ?? {};
}
