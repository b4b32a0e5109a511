/** The chat client's entry. */
import { ParleyError } from "@parley/client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { ErrorBoundary } from "./error-boundary.tsx";
import { App } from "./app.tsx";
import "./styles.css";
import { startTheme } from "./theme.ts";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The client has tried again already.
      retry: (count, error) => error instanceof ParleyError && error.isTemporary && count < 3,
      staleTime: 15_000,
    },
  },
});

startTheme();
const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
createRoot(root).render(
  <ErrorBoundary>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </ErrorBoundary>,
);
