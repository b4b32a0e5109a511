/** Users and what a login gives, as in replies. */
import type { Login, User as UserReply } from "@parley/common/people-replies";
import type { z } from "zod";
import type { User } from "./queries/users.ts";
import { presentProfile } from "./profile.ts";
import type { Tokens } from "./sessions.ts";

export function presentUser(user: User): z.input<typeof UserReply> {
  return {
    user_number: user.number,
    username: user.username,
    display_name: user.profile.displayName,
    profile: presentProfile(user.profile),
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}

export function presentTokens({ accessToken, refreshToken, expiresIn, user }: Tokens): z.input<typeof Login> {
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: expiresIn,
    token_type: "Bearer",
    user: presentUser(user),
  };
}

export const etagOf = ({ version }: Pick<User, "version">): string => `"${version}"`;
