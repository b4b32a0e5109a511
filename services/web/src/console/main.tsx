/** The operator console's entry. */
import { Router } from "wouter";
import { mount } from "../mount.tsx";
import { App } from "./app.tsx";

const page = (
  <Router base="/console">
    <App />
  </Router>
);
// The client has tried again already; what is on the screen is looked at again by whoever wants it fresh.
mount(page, { retry: false, staleTime: 5000 });
