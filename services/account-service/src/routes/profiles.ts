/** GET, PUT, PATCH, DELETE …/users/:u/profile. */
import type { Access } from "@parley/common/access";
import { createRouter } from "@parley/common/http";
import { parse } from "@parley/common/problem";
import type { Request, Response, Router } from "express";
import type { Knex } from "knex";
import { z } from "zod";
import type { Callers } from "../callers.ts";
import { changeUser } from "../change-user.ts";
import { etagOf } from "../present.ts";
import { presentProfile, profileShape, withGiven, type Profile } from "../profile.ts";

export const GivenProfile = z.object(profileShape, "must be a JSON object");
type Dependencies = { db: Knex; access: Pick<Access, "change">; callers: Callers };

const at = "/api/applications/:token/users/:user/profile";

export function profileRoutes({ db, access, callers }: Dependencies): Router {
  const router = createRouter();

  router.get(at, async (req, res) => {
    const user = await callers.getUser(req, await callers.identify(req));
    res.set("ETag", etagOf(user)).json(presentProfile(user.profile));
  });

  async function change(req: Request, res: Response, next: (before: Profile) => Profile): Promise<Profile> {
    const own = await callers.getOwnUser(req);
    const changed = await changeUser({ db, access }, own, { ifMatch: req.get("if-match"), profile: next });
    res.set("ETag", etagOf(changed));
    return changed.profile;
  }

  router.put(at, async (req, res) => {
    const given = parse(GivenProfile, req.body);
    res.json(presentProfile(await change(req, res, () => withGiven({}, given))));
  });

  router.patch(at, async (req, res) => {
    const given = parse(GivenProfile, req.body);
    res.json(presentProfile(await change(req, res, (before) => withGiven(before, given))));
  });

  router.delete(at, async (req, res) => {
    await change(req, res, () => ({}));
    res.status(204).end();
  });

  return router;
}
