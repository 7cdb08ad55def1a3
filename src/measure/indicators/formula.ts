import { create, type MathNode, parseDependencies } from "mathjs/number";
import { fail, type Issue, ok, type Result, type Where } from "../../ground/issue/index.ts";

/** The parser alone: the whole library takes longer to start than most commands run. */
const { parse } = create(parseDependencies ?? {});

/** Dimension → member, as in `"fuel=diesel, gender=male"`. */
export type Filter = Readonly<Record<string, string>>;

/** A formula as a tree; leaves name activities and indicators, never rows. */
export type Formula =
  | { readonly kind: "sum" | "closing" | "opening"; readonly activity: string; readonly where: Filter }
  | { readonly kind: "apply"; readonly activity: string; readonly factorKind: string; readonly where: Filter }
  | { readonly kind: "co2e"; readonly of: Formula }
  | { readonly kind: "ref"; readonly indicator: string; readonly where: Filter }
  | { readonly kind: "constant"; readonly text: string }
  | {
      readonly kind: "binary";
      readonly operator: "+" | "-" | "*" | "/";
      readonly left: Formula;
      readonly right: Formula;
    };

const FUNCTIONS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  sum: [1, 2],
  closing: [1, 2],
  opening: [1, 2],
  apply: [2, 3],
  co2e: [1, 1],
  ref: [1, 2],
  quantity: [1, 1],
};

/** Carries the issues of a formula out of the walk; each walk collects all of them. */
interface Walk {
  readonly at: Where;
  readonly issues: Issue[];
}

const NOTHING: Formula = { kind: "constant", text: "0" };

function report(walk: Walk, actual: string, expected: string): Formula {
  walk.issues.push({ code: "FORMULA-002", severity: "error", at: walk.at, expected, actual });
  return NOTHING;
}

function text(node: MathNode | undefined, walk: Walk): string {
  if (node && "value" in node && typeof node.value === "string") return node.value;
  report(walk, node?.toString() ?? "", "an id in double quotes");
  return "";
}

function filter(node: MathNode | undefined, walk: Walk): Filter {
  if (!node) return {};
  const pairs = text(node, walk)
    .split(",")
    .map((pair) => pair.split("=").map((part) => part.trim()));
  const entries: [string, string][] = [];
  for (const [dimension, member, ...rest] of pairs) {
    if (dimension && member && rest.length === 0) entries.push([dimension, member]);
    else report(walk, node.toString(), '"dimension=member, …"');
  }
  return Object.fromEntries(entries);
}

function call(name: string, args: readonly MathNode[], walk: Walk): Formula {
  const arity = FUNCTIONS[name];
  if (!arity) return report(walk, name, Object.keys(FUNCTIONS).join(", "));
  if (args.length < arity[0] || args.length > arity[1])
    return report(walk, `${name} with ${args.length}`, `${arity[0]}–${arity[1]} arguments`);
  switch (name) {
    case "sum":
    case "closing":
    case "opening":
      return { kind: name, activity: text(args[0], walk), where: filter(args[1], walk) };
    case "apply":
      return {
        kind: "apply",
        activity: text(args[0], walk),
        factorKind: text(args[1], walk),
        where: filter(args[2], walk),
      };
    case "ref":
      return { kind: "ref", indicator: text(args[0], walk), where: filter(args[1], walk) };
    case "quantity":
      return { kind: "constant", text: text(args[0], walk) };
    default:
      return { kind: "co2e", of: convert(args[0] as MathNode, walk) };
  }
}

function isOperator(operator: string): operator is "+" | "-" | "*" | "/" {
  return operator === "+" || operator === "-" || operator === "*" || operator === "/";
}

function convert(node: MathNode, walk: Walk): Formula {
  const shape = node as unknown as {
    type: string;
    op?: string;
    args?: MathNode[];
    content?: MathNode;
    fn?: { name?: string };
    value?: unknown;
  };
  if (shape.type === "ParenthesisNode" && shape.content) return convert(shape.content, walk);
  if (shape.type === "OperatorNode" && shape.op && isOperator(shape.op) && shape.args?.length === 2) {
    const [left, right] = shape.args as [MathNode, MathNode];
    return { kind: "binary", operator: shape.op, left: convert(left, walk), right: convert(right, walk) };
  }
  if (shape.type === "FunctionNode") return call(shape.fn?.name ?? "", shape.args ?? [], walk);
  if (shape.type === "ConstantNode" && typeof shape.value === "number") {
    // A bare number would be a float by now; only whole ones are certain to be what was written.
    if (Number.isSafeInteger(shape.value)) return { kind: "constant", text: String(shape.value) };
    return report(walk, String(shape.value), 'a number as quantity("0.5")');
  }
  return report(walk, node.toString(), "+ - * / ( ), or one of the functions");
}

/**
 * Parses a formula into a tree, once, when it is loaded.
 * @issues FORMULA-001 (not a formula), FORMULA-002 (a part that the language does not have)
 */
export function parseFormula(formula: string, at: Where): Result<Formula> {
  let node: MathNode;
  try {
    node = parse(formula);
  } catch (problem) {
    return fail({
      code: "FORMULA-001",
      severity: "error",
      at,
      actual: formula,
      values: { problem: String((problem as Error).message) },
    });
  }
  const walk: Walk = { at, issues: [] };
  const tree = convert(node, walk);
  return walk.issues.length > 0 ? { ok: false, issues: walk.issues } : ok(tree);
}

/** The nodes directly below one. */
export function childrenOf(formula: Formula): readonly Formula[] {
  if (formula.kind === "binary") return [formula.left, formula.right];
  return formula.kind === "co2e" ? [formula.of] : [];
}

/** Every node of a tree, the root first. */
export function nodesOf(formula: Formula): Formula[] {
  return [formula, ...childrenOf(formula).flatMap(nodesOf)];
}
