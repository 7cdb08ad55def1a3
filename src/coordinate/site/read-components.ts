import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Issue, Where } from "../../ground/issue/index.ts";
import { Component, type Value } from "./component.ts";
import type { Attribute, SiteContent } from "./component-table.ts";
import { readValue, type Reading } from "./read-value.ts";

const MANY_ALIASES = 100;

/** What could be read of a file, and what could not. */
export interface ReadComponents {
  /** The outermost component. */
  readonly root: Component | undefined;
  readonly issues: readonly Issue[];
}

/**
 * Reads a file against the table of attributes: every problem with its line and path, all at once.
 * @param root the component that the whole file is
 * @issues SITE-001 (unknown key), SITE-002 (missing), SITE-003 (another shape), SITE-004 … SITE-009, SITE-017;
 *         AMOUNT-001, UNIT-001, UNIT-002, PERIOD-005; SITE-008 (not YAML)
 */
export function readComponents(text: string, file: string, content: SiteContent, root = "site"): ReadComponents {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: false });
  if (document.errors.length > 0)
    return {
      root: undefined,
      issues: document.errors.map((error) => ({
        code: "SITE-008",
        severity: "error",
        at: { file, line: lines.linePos(error.pos[0]).line },
        actual: error.message.split("\n")[0] ?? "",
      })),
    };
  const issues: Issue[] = [];
  const whereOf = (node: unknown, path: string): Where => {
    const range = (node as { range?: [number, number, number] | null } | null)?.range;
    return { file, ...(path === "" ? {} : { path }), ...(range ? { line: lines.linePos(range[0]).line } : {}) };
  };
  let aliases = 0;
  const resolve = (node: unknown): unknown => {
    const target =
      (node as { source?: string } | null)?.source !== undefined && !isScalar(node) && !isMap(node) && !isSeq(node)
        ? (node as { resolve(document: unknown): Node | undefined }).resolve(document)
        : node;
    if (target !== node && ++aliases > MANY_ALIASES) throw new Error("a site file refers to itself without end");
    return target;
  };

  const readOne = (node: unknown, type: string, path: string, outer: Where): Component | undefined => {
    const at = node ? whereOf(node, path) : { ...outer, path };
    const definition = content.components.get(type);
    if (!definition) throw new Error(`no component ${type} in the table`);
    if (!isMap(node)) {
      issues.push({ code: "SITE-003", severity: "error", at, expected: `${type}: { … }`, actual: shapeOf(node) });
      return undefined;
    }
    const before = issues.length;
    const values = new Map<string, Value>();
    const places = new Map<string, Where>();
    const attributes = new Map(definition.attributes.map((one) => [one.name, one]));
    for (const { key } of node.items) {
      const name = isScalar(key) ? String(key.value) : shapeOf(key);
      if (!attributes.has(name))
        issues.push({
          code: "SITE-001",
          severity: "error",
          at: whereOf(key, join(path, name)),
          expected: [...attributes.keys()].join(", "),
          actual: name,
          values: { component: type },
        });
    }
    for (const attribute of definition.attributes) {
      const child = resolve(node.get(attribute.name, true));
      const place = join(path, attribute.name);
      const empty = child === undefined || child === null || (isScalar(child) && child.value === null);
      if (empty && attribute.default === undefined) {
        if (attribute.required)
          issues.push({
            code: "SITE-002",
            severity: "error",
            at,
            expected: attribute.name,
            values: { component: type, attribute: attribute.name, description: attribute.description },
          });
        continue;
      }
      const here = empty ? at : whereOf(child, place);
      places.set(attribute.name, here);
      const value = readAttribute(attribute, empty ? undefined : child, place, here);
      if (value !== undefined) values.set(attribute.name, value);
    }
    return new Component(type, at, values, places, issues.length === before);
  };

  const readAttribute = (attribute: Attribute, child: unknown, place: string, at: Where): Value | undefined => {
    const of = attribute.of ?? "";
    if (attribute.kind === "component") return readOne(child, of, place, at);
    if (attribute.kind === "components") {
      if (!isSeq(child) || (child.items.length === 0 && attribute.required)) {
        issues.push({ code: "SITE-003", severity: "error", at, expected: `[ ${of}, … ]`, actual: shapeOf(child) });
        return undefined;
      }
      const read = child.items.map((item, index) => readOne(resolve(item), of, `${place}[${index}]`, at));
      return read.filter((one) => one !== undefined);
    }
    const value = readValue(attribute, readingOf(child, attribute), content, at);
    if (value.ok) return value.value;
    issues.push(...value.issues);
    return undefined;
  };

  /** A value's node as plain texts: one text, a list of texts or texts by key. */
  const readingOf = (child: unknown, attribute: Attribute): Reading => {
    if (child === undefined) return { text: attribute.default ?? "" };
    const plain = (node: unknown): string | undefined => {
      const target = resolve(node);
      return isScalar(target) ? (target.source ?? String(target.value)) : undefined;
    };
    if (isScalar(child)) return { text: plain(child) ?? "" };
    if (isSeq(child)) {
      const texts = child.items.map(plain);
      return texts.every((text) => text !== undefined) ? { list: texts } : { shape: shapeOf(child) };
    }
    if (!isMap(child)) return { shape: shapeOf(child) };
    const entries = child.items.map(({ key, value }) => ({
      key: plain(key),
      text: plain(value),
      at: whereOf(key, attribute.name),
    }));
    return entries.every((entry): entry is { key: string; text: string; at: Where } => {
      return entry.key !== undefined && entry.text !== undefined;
    })
      ? { entries }
      : { shape: shapeOf(child) };
  };

  return { root: readOne(document.contents, root, "", { file, line: 1 }), issues };
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function shapeOf(node: unknown): string {
  if (isMap(node)) return "{ … }";
  if (isSeq(node)) return node.items.length === 0 ? "[]" : "[ … ]";
  return isScalar(node) ? String(node.value).slice(0, 80) : "–";
}
