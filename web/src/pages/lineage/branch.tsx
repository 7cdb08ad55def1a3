import { type ReactNode, useState } from "react";
import type { LineageNode } from "../../api/operations.ts";
import { Facts } from "../../parts/facts.tsx";
import { useWords } from "../../parts/words.ts";
import { useTexts } from "../../texts/texts.tsx";
import { LeafRecords } from "./leaf-records.tsx";
import type { LineageView } from "./lineage-view.ts";

/** What of a node's detail a reader is told, beside its label and value. */
const TOLD = ["formula", "method", "filter", "groups", "source", "read", "status", "region", "valid", "content"];
/** So many steps are open at first. */
const OPEN_STEPS = 4;

interface BranchProps {
  readonly node: LineageNode;
  readonly depth: number;
  readonly indicator: string;
  readonly view: LineageView;
}

/** One node of the tree with what it was made of to its right; opened and closed by its button. */
export function Branch({ node, depth, indicator, view }: BranchProps): ReactNode {
  const { say, pick, decimal, has } = useTexts();
  const words = useWords();
  const [open, setOpen] = useState(depth < OPEN_STEPS);
  const [told, setTold] = useState(false);
  const { detail } = node;
  const facts = TOLD.filter((key) => detail[key]).map((key) => [say(`detail.${key}`), detail[key]] as const);
  const title = node.kind === "records" && detail.activity ? words.activity(detail.activity) : pick(node.label);
  return (
    <li>
      <div className="node" data-kind={node.kind}>
        <div className="node-kind">{has(`node.${node.kind}`) ? say(`node.${node.kind}`) : node.kind}</div>
        <div className="node-title">{title}</div>
        {node.value === undefined ? undefined : (
          <div className="node-value">
            {decimal(node.value)} <span>{node.unit}</span>
          </div>
        )}
        {node.kind === "factor" && detail.status && detail.status !== "verified" ? (
          <div className="node-warn">{say("lineage.unverified")}</div>
        ) : undefined}
        <div className="node-acts">
          {node.children.length > 0 ? (
            <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
              {say(open ? "lineage.close" : "lineage.open", { count: node.children.length })}
            </button>
          ) : undefined}
          {facts.length > 0 || node.kind === "records" ? (
            <button type="button" aria-expanded={told} onClick={() => setTold(!told)}>
              {say(node.kind === "records" ? "lineage.records" : "lineage.details")}
            </button>
          ) : undefined}
        </div>
        {told ? (
          <div className="node-more">
            {node.kind === "records" ? <LeafRecords node={node.id} indicator={indicator} view={view} /> : undefined}
            <Facts facts={facts} />
          </div>
        ) : undefined}
      </div>
      {open && node.children.length > 0 ? (
        <ul>
          {node.children.map((child) => (
            <Branch key={child.id} node={child} depth={depth + 1} indicator={indicator} view={view} />
          ))}
        </ul>
      ) : undefined}
    </li>
  );
}
