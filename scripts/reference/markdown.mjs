/** Text in a table cell: one line, its bars escaped. */
const cell = (value) =>
  String(value ?? "")
    .replace(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .trim();

/** A Markdown table; cells that are code are passed as `code(…)`. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.map((one) => one?.code ?? cell(one)).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

/** A cell set as code; nothing when there is nothing. */
export function code(value) {
  if (value === undefined || value === null || value === "") return { code: "" };
  return { code: `\`${String(value).replaceAll("|", "\\|")}\`` };
}

/** Several names in one cell, each as code. */
export const codes = (values) => ({ code: values.map((value) => code(value).code).join(", ") });

/** A page: its title, what it is, and its parts. */
export function page(title, lead, ...parts) {
  const made = "<!-- Made by `node scripts/reference.mjs` from the code and from content/; do not edit. -->";
  return `${[made, `# ${title}`, lead, ...parts].join("\n\n")}\n`;
}

/** "3 units", "1 unit". */
export const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
