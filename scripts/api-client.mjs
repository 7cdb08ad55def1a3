// Writes what the web application knows of the API, from the document that the server gives: `node scripts/api-client.mjs`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadCode } from "./reference/code.mjs";
import { root } from "./ensure-packages.mjs";

const FILE = join(root, "web/src/api/operations.ts");

const key = (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));

/** TypeScript has a `Record` of its own. */
const nameOf = (name) => (name === "Record" ? "ActivityRecord" : name);

/** A JSON schema as a type. */
export function typeOf(schema) {
  if (!schema || Object.keys(schema).length === 0) return "unknown";
  if (schema.$ref) return nameOf(schema.$ref.split("/").at(-1));
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type })).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return [...new Set(options.map(typeOf))].join(" | ");
  if (schema.type === "array") return `readonly (${typeOf(schema.items)})[]`;
  if (schema.type === "object") return objectOf(schema);
  if (schema.type === "integer") return "number";
  return ["string", "number", "boolean", "null"].includes(schema.type) ? schema.type : "unknown";
}

function objectOf({ properties = {}, required = [], additionalProperties }) {
  const fields = Object.entries(properties).map(
    ([name, one]) => `readonly ${key(name)}${required.includes(name) ? "" : "?"}: ${typeOf(one)};`,
  );
  if (typeof additionalProperties === "object") fields.push(`readonly [key: string]: ${typeOf(additionalProperties)};`);
  return `{ ${fields.join(" ")} }`;
}

/** A field that a request may leave out is one with a default. */
function requestType(schema) {
  const required = (schema.required ?? []).filter((name) => schema.properties?.[name]?.default === undefined);
  return typeOf({ ...schema, required });
}

const parametersOf = (parameters, place) =>
  objectOf({
    properties: Object.fromEntries(parameters.filter((one) => one.in === place).map((one) => [one.name, one.schema])),
    required: parameters.filter((one) => one.in === place && one.required).map(({ name }) => name),
  });

/** The file, whole. */
export function clientOf(document) {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ path: path.replace("/api/v1", ""), method, ...one })),
  );
  const types = Object.entries(document.components.schemas).map(
    ([name, schema]) => `export type ${nameOf(name)} = ${typeOf(schema)};`,
  );
  const shapes = operations.map((one) => {
    const answer = Object.entries(one.responses).find(([status]) => status !== "default")?.[1];
    const body = one.requestBody?.content["application/json"]?.schema;
    return [
      `readonly ${one.operationId}: {`,
      `readonly params: ${parametersOf(one.parameters, "path")};`,
      `readonly query: ${parametersOf(one.parameters, "query")};`,
      `readonly body: ${body ? requestType(body) : "undefined"};`,
      `readonly answer: ${typeOf(answer?.content?.["application/json"]?.schema)};`,
      "};",
    ].join(" ");
  });
  const routes = operations.map(
    (one) => `${one.operationId}: [${JSON.stringify(one.method.toUpperCase())}, ${JSON.stringify(one.path)}],`,
  );
  return `// Made by \`node scripts/api-client.mjs\` from the API document; do not edit.

${types.join("\n")}

/** What every operation takes and gives. */
export interface Operations {
${shapes.join("\n")}
}

/** Method and path of every operation. */
export const ROUTES: { readonly [id in keyof Operations]: readonly [string, string] } = {
${routes.join("\n")}
};
`;
}

if (process.argv[1] === join(root, "scripts/api-client.mjs")) {
  const { OPERATIONS, openApiDocument } = await loadCode();
  const text = clientOf(openApiDocument(OPERATIONS));
  const stale = readFileSync(FILE, { encoding: "utf8", flag: "a+" }) !== text;
  console.log(`${OPERATIONS.length} operations looked at`);
  if (stale && process.argv.includes("--check")) {
    console.log("stale: web/src/api/operations.ts; run node scripts/api-client.mjs");
    process.exitCode = 1;
  } else if (stale) writeFileSync(FILE, text);
}
