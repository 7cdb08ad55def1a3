import { code, codes, count, page, table } from "./markdown.mjs";

/** A schema in one word or two: its name, or what it is. */
function wordOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.properties?.items?.items) return `list of ${wordOf(schema.properties.items.items)}`;
  return schema.properties ? Object.keys(schema.properties).join(", ") : (schema.type ?? "");
}

const contentOf = (content) =>
  Object.entries(content ?? {}).map(([type, { schema }]) => (type === "application/json" ? wordOf(schema) : type));

/** The operations of the API by tag, from the document that the server gives. */
export function apiPage(document) {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ path, method: method.toUpperCase(), ...one })),
  );
  const tags = [...new Set(operations.flatMap((one) => one.tags))];
  return page(
    "HTTP API",
    `${count(operations.length, "operation")}. The whole document, with every schema, is what a running server gives at \`/api/v1/openapi.json\` (OpenAPI ${document.openapi}). What all operations share stands in [the guide](../guides/server.md#the-api).`,
    ...tags.flatMap((tag) => [
      `## ${tag}`,
      table(
        ["operation", "what it does", "takes the right to", "asks", "answers"],
        operations
          .filter((one) => one.tags.includes(tag))
          .map((one) => [
            code(`${one.method} ${one.path.replace("/api/v1", "")}`),
            one.summary,
            code(one["x-candela-action"]),
            codes([
              ...one.parameters.map(({ name, required, in: place }) =>
                required || place === "path" ? name : `${name}?`,
              ),
              ...contentOf(one.requestBody?.content).map((word) => `{${word}}`),
            ]),
            Object.entries(one.responses)
              .filter(([status]) => status !== "default")
              .map(([status, { content }]) => [status, ...contentOf(content)].join(" "))
              .join(""),
          ]),
      ),
    ]),
  );
}
