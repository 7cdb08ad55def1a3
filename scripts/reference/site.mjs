import { documents } from "./content.mjs";
import { code, codes, count, page, table } from "./markdown.mjs";

const of = (name) => documents("sites").find((one) => one.name.startsWith(name))?.value ?? [];

/** What a value looks like in the file. */
function form(attribute) {
  const reference = (name) => ({ code: `[${name}](#${name})` });
  switch (attribute.kind) {
    case "component":
      return reference(attribute.of);
    case "components":
      return { code: `list of [${attribute.of}](#${attribute.of})` };
    case "reference":
      return { code: `id of a [${attribute.of}](#${attribute.of})` };
    case "references":
      return attribute.of === "objective part"
        ? "list of names"
        : { code: `list of ids of a [${attribute.of}](#${attribute.of})` };
    case "speeds":
      return { code: `ratio by id of a [${attribute.of}](#${attribute.of})` };
    case "choice":
      return codes(attribute.choices);
    case "curve":
      return `curve over ${attribute.x === "temperature" ? "°C" : attribute.x}`;
    case "temperature":
      return "quantity";
    default:
      return attribute.kind;
  }
}

const unit = ({ kind, unit: own }) => (kind === "temperature" ? code("°C") : code(own));

function range({ least, most }) {
  if (least === undefined && most === undefined) return "";
  return most === undefined ? `≥ ${least}` : `${least} to ${most}`;
}

/** The reference of a site file: the table of attributes by which it is read. */
export function sitePage() {
  const components = of("components");
  const curves = of("curves");
  const attributes = components.flatMap((one) => one.attributes);
  return page(
    "Site files",
    `${count(components.length, "component")}, ${count(attributes.length, "attribute")}. Any unit of the same dimension will do; the one shown is that of the range. A key that is not here is refused ([guide](../guides/site.md)).`,
    ...components.flatMap((one) => [
      `## ${one.component}`,
      one.description,
      table(
        ["attribute", "form", "unit", "range", "default", "meaning"],
        one.attributes.map((attribute) => [
          code(attribute.name),
          form(attribute),
          unit(attribute),
          range(attribute),
          attribute.required ? "required" : code(attribute.default),
          attribute.description,
        ]),
      ),
    ]),
    "## Equipment curves",
    'A curve is written as points (`"5 °C": "7.6"`) or named. Between points it is straight; beyond them it stays level.',
    table(
      ["id", "over", "unit", "points", "source"],
      curves.map((one) => [
        code(one.id),
        one.x === "temperature" ? "°C" : one.x,
        code(one.unit),
        Object.entries(one.points)
          .map(([x, y]) => `${x}: ${y}`)
          .join("; "),
        one.source,
      ]),
    ),
    "## Climates",
    table(
      ["id", "place", "source"],
      of("climates").map((one) => [code(one.id), one.name, one.source]),
    ),
  );
}
