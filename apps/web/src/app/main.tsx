import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient, LanguageProvider, pageData } from "../core/index.ts";
import { followLinks } from "./follow-links.ts";
import { router } from "./router.tsx";

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root");
followLinks(router);
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient(pageData())}>
      <LanguageProvider>
        <Suspense>
          <RouterProvider router={router} />
        </Suspense>
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
