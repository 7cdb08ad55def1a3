import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PAGES } from "../pages/index.ts";
import { useTexts } from "../texts/texts.tsx";
import { usePage } from "./navigation.tsx";
import { useMay } from "./session.tsx";

/** Links between the pages that stand under one link of the navigation, where there are several. */
export function SectionTabs(): ReactNode {
  const { say } = useTexts();
  const may = useMay();
  const page = usePage();
  const section = page?.below ?? page?.id;
  const pages = PAGES.filter(
    (one) => (one.id === section || one.below === section) && !one.path.includes("$") && may(one.action),
  );
  if (pages.length < 2) return undefined;
  return (
    <nav className="section-tabs" aria-label={say(`page.${section}`)}>
      {pages.map((one) => (
        <Link
          key={one.id}
          to={one.path}
          activeOptions={{ exact: true, includeSearch: false }}
          aria-current={one.id === page?.id ? "page" : undefined}
        >
          {say(`tab.${one.id}`)}
        </Link>
      ))}
    </nav>
  );
}
