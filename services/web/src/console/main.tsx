/** The operator console's entry. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { ErrorBoundary } from "../error-boundary.tsx";
import { Router } from "wouter";
import "../styles.css";
import { startTheme } from "../theme.ts";
import { App } from "./app.tsx";

// The client has tried again already; what is on the screen is looked at again by whoever wants it fresh.
const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 5000 } } });

startTheme();
const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
createRoot(root).render(
  <ErrorBoundary>
    <QueryClientProvider client={queries}>
      <Router base="/console">
        <App />
      </Router>
    </QueryClientProvider>
  </ErrorBoundary>,
);
