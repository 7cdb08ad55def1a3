import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Value } from "../api/operations.ts";
import { useTexts } from "../texts/texts.tsx";

/** A value as a person reads it, opening its lineage; missing is said, never shown as nothing or zero. */
export function Figure({ value, link = true }: { readonly value: Value; readonly link?: boolean }): ReactNode {
  const { say, decimal } = useTexts();
  const shown = value.value === null ? <span className="soft">{say("status.missing")}</span> : decimal(value.value);
  return (
    <>
      {link ? (
        <Link
          className="plain"
          to="/indicators/$indicator/lineage"
          params={{ indicator: value.indicator } as never}
          search={{ period: value.period } as never}
        >
          {shown}
        </Link>
      ) : (
        shown
      )}
      {value.status === "partial" || value.status === "preliminary" ? (
        <span className="mark"> {say(`status.${value.status}`)}</span>
      ) : undefined}
    </>
  );
}
