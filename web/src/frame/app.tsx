import { MantineProvider } from "@mantine/core";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { ApiFailure } from "../api/problem.ts";
import { TextsProvider } from "../texts/texts.tsx";
import { createAppRouter } from "./router.tsx";
import { theme } from "./theme.ts";

/** The policy of this page lets code write styles that carry this. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
// What locks scrolling behind a dialog looks for it here.
Object.assign(globalThis, { __webpack_nonce__: nonce });

/** A failure that another attempt may mend: the server was away or too busy. */
function mayPass(error: unknown): boolean {
  return error instanceof ApiFailure && (error.problem.status === 0 || error.problem.status >= 502);
}

function createClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: { queries: { retry: (count, error) => count < 2 && mayPass(error), staleTime: 15_000 } },
    queryCache: new QueryCache({ onError: signedOut }),
    mutationCache: new MutationCache({ onError: signedOut }),
  });
  /** The session ended meanwhile: the frame asks again who is there, and shows the sign-in. */
  function signedOut(error: unknown): void {
    if (error instanceof ApiFailure && error.problem.status === 401)
      void client.invalidateQueries({ queryKey: ["session"] });
  }
  return client;
}

export function App(): ReactNode {
  const client = useMemo(createClient, []);
  const router = useMemo(createAppRouter, []);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <TextsProvider>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </TextsProvider>
    </MantineProvider>
  );
}
