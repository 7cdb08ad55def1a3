import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES } from "../pages/index.ts";
import { parseSearch, stringifySearch } from "./address.ts";
import { Failure } from "./failure.tsx";
import { NotFound } from "./not-found.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({ component: Shell });

/** One route a page; everything of a page but its address is loaded when it is opened. */
export function createAppRouter() {
  const pages = PAGES.map(({ path, load }) =>
    createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) }),
  );
  // The frame shows these itself, whoever is there.
  const doors = ["/set-up", "/join", "/sign-in", "/sign-in/provider"].map((path) =>
    createRoute({ getParentRoute: () => root, path }),
  );
  return createRouter({
    routeTree: root.addChildren([...pages, ...doors]),
    parseSearch,
    stringifySearch: (search) => stringifySearch(search as Readonly<Record<string, string>>),
    defaultPreload: "intent",
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} retry={reset} />,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}
