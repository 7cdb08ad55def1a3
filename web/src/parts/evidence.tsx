import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { addressOf } from "../api/client.ts";
import { useMay } from "../frame/session.tsx";

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** What a record rests on: a kept file to be opened, or a citation with its place. */
export function EvidenceOf({ evidence }: { readonly evidence: Readonly<Record<string, unknown>> }): ReactNode {
  const may = useMay();
  const sha256 = textOf(evidence.sha256);
  const name = textOf(evidence.name) || textOf(evidence.source);
  const locator = textOf(evidence.locator);
  const words = [name, locator].filter(Boolean).join(" · ");
  if (evidence.type !== "file" || !may("evidence.read")) return words;
  return (
    <Anchor href={addressOf("downloadEvidence", { params: { sha256 }, query: { show: true } })} target="_blank" inherit>
      {words || sha256.slice(0, 12)}
    </Anchor>
  );
}
