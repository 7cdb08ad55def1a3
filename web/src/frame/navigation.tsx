import { NavLink, Text } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PAGES } from "../pages/index.ts";
import { useTexts } from "../texts/texts.tsx";
import { AREAS, type PageDefinition } from "./page-definition.ts";
import { useMay } from "./session.tsx";

/** Whether a path is one of a page's: `/indicators/x` of `/indicators/$indicator`. */
function isAt(page: PageDefinition, pathname: string): boolean {
  const wanted = page.path.split("/");
  const there = pathname.replace(/\/$/, "").split("/");
  if (page.path === "/") return pathname === "/";
  return wanted.length === there.length && wanted.every((part, at) => part.startsWith("$") || part === there[at]);
}

/** The page of an address. */
export function usePage(): PageDefinition | undefined {
  const { pathname } = useLocation();
  return PAGES.find((page) => isAt(page, pathname));
}

function Icon({ path }: { readonly path: string }): ReactNode {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden>
      <path d={path} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

/** Links to every page that the reader may open. */
export function Navigation({ onNavigate }: { readonly onNavigate: () => void }): ReactNode {
  const { say } = useTexts();
  const may = useMay();
  const page = usePage();
  const current = page?.area ? page.id : page?.below;
  return (
    <nav aria-label={say("frame.navigation")} className="frame-navigation">
      {AREAS.map((area) => {
        const pages = PAGES.filter((one) => one.area === area && may(one.action));
        if (pages.length === 0) return undefined;
        return (
          <div key={area}>
            <Text size="xs" c="dimmed" fw={600} px="md" pt="md" pb={4} id={`area-${area}`}>
              {say(`area.${area}`)}
            </Text>
            <ul aria-labelledby={`area-${area}`}>
              {pages.map((one) => (
                <li key={one.id}>
                  <NavLink
                    component={Link}
                    to={one.path}
                    activeOptions={{ exact: true, includeSearch: false }}
                    label={say(`page.${one.id}`)}
                    leftSection={one.icon ? <Icon path={one.icon} /> : undefined}
                    active={one.id === current}
                    aria-current={one.id === current ? "page" : undefined}
                    onClick={onNavigate}
                  />
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
