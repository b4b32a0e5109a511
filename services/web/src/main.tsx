/** The chat client's entry. */
import { ParleyError } from "@parley/client";
import { App } from "./app.tsx";
import { mount } from "./mount.tsx";

mount(<App />, {
  // The client has tried again already.
  retry: (count, error) => error instanceof ParleyError && error.isTemporary && count < 3,
  staleTime: 15_000,
});
