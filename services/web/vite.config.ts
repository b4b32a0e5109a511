/** How the pages are built: an entry each, whose scripts and styles are files, as the content security policy wants them. */
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** For `npm run dev`: the Parley whose API the pages use. */
const parley = process.env["PARLEY_URL"] ?? "http://127.0.0.1";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // The client's source instead of its build.
  resolve: { conditions: ["parley-source", "module", "browser", "production", "import", "default"] },
  build: {
    target: "es2022",
    // A data: address would be refused by the policy.
    assetsInlineLimit: 0,
    // Swagger UI comes in one piece, and only to the page of the API.
    chunkSizeWarningLimit: 2000,
    rollupOptions: { input: ["index.html", "console.html", "docs.html"] },
  },
  server: { proxy: { "/api": parley, "/ws": { target: parley, ws: true } } },
});
