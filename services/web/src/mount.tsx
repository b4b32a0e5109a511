/** How a page begins: its colours, its queries, and what is shown where it fails. */
import { QueryClient, QueryClientProvider, type DefaultOptions } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { ErrorBoundary } from "./error-boundary.tsx";
import "./styles.css";
import { startTheme } from "./theme.ts";

export function mount(page: ReactNode, queries: DefaultOptions["queries"]): void {
  startTheme();
  const root = document.getElementById("root");
  if (!root) throw new Error("the page has no #root");
  const client = new QueryClient({ defaultOptions: { ...(queries && { queries }) } });
  createRoot(root).render(
    <ErrorBoundary>
      <QueryClientProvider client={client}>{page}</QueryClientProvider>
    </ErrorBoundary>,
  );
}
