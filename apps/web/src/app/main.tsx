import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, Suspense, startTransition } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient, LanguageProvider, pageData, textsReady } from "../core/index.ts";
import { followLinks } from "./follow-links.ts";
import { router } from "./router.tsx";

/**
 * Puts the page in the place of what the first HTML shows, in one step, when all that it begins with is
 * there. (Not by an `await` of this module: the areas that are waited for import it.)
 */
async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (root === null) throw new Error("The page has no root");
  followLinks(router);
  await router.load();
  try {
    await textsReady();
  } catch (cause) {
    // Where they are needed they are asked for again, and the page tells when they cannot be had.
    console.warn("Texts are missing", cause);
  }
  // In slices: a slow phone goes on painting, and scrolls, meanwhile.
  startTransition(() =>
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
    ),
  );
}

void start();
