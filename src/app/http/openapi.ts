import { z } from "zod";
import { VERSION } from "../package-folder.ts";
import type { AnyOperation } from "./operation.ts";
import { named, problemSchema } from "./schemas.ts";

type Json = Record<string, unknown>;

/** A schema as OpenAPI 3.1 has it, which is JSON Schema 2020-12; named ones are pointed to. */
function schemaJson(schema: z.ZodType, io: "input" | "output", components: Record<string, unknown>): Json {
  const {
    $defs = {},
    $schema: _,
    ...own
  } = z.toJSONSchema(schema, { metadata: named, io, unrepresentable: "any" }) as {
    $defs?: Json;
    $schema?: string;
  };
  const moved = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as unknown;
  for (const [name, definition] of Object.entries($defs)) {
    const { id: _id, ...rest } = definition as Json;
    components[name] = moved(rest);
  }
  return moved(own) as Json;
}

/** The parameters of a path or a query, one by one. */
function parameters(
  schema: z.ZodType | undefined,
  place: "path" | "query",
  components: Record<string, unknown>,
): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaJson(schema, "input", components) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: property,
  }));
}

const header = (name: string, required: boolean, description: string): Json => ({
  name,
  in: "header",
  required,
  description,
  schema: { type: "string" },
});

function operationJson(one: AnyOperation, components: Record<string, unknown>): Json {
  const problems = {
    description: "What stands in the way (RFC 9457)",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  const content = one.media
    ? Object.fromEntries(one.media.map((type) => [type, { schema: { type: "string", format: "binary" } }]))
    : one.answer && { "application/json": { schema: schemaJson(one.answer, "output", components) } };
  return {
    operationId: one.id,
    tags: [one.tag],
    summary: one.summary,
    "x-candela-action": one.action,
    ...(one.action === "anybody" ? { security: [] } : {}),
    parameters: [
      ...parameters(one.params, "path", components),
      ...parameters(one.query, "query", components),
      ...(one.needsVersion ? [header("If-Match", true, "The ETag of what is to be changed, as it was read.")] : []),
      ...(one.idempotent
        ? [header("Idempotency-Key", false, "Sent again with the same key, the request is carried out once.")]
        : []),
    ],
    ...(one.body
      ? {
          requestBody: {
            required: true,
            content: { "application/json": { schema: schemaJson(one.body, "input", components) } },
          },
        }
      : one.takesBytes
        ? {
            requestBody: {
              required: true,
              content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
            },
          }
        : {}),
    responses: {
      [String(one.status ?? 200)]: { description: "As asked for", ...(content ? { content } : {}) },
      default: problems,
    },
  };
}

/** The OpenAPI 3.1 document of the operations, from the schemas that hold requests and answers. */
export function openApiDocument(operations: readonly AnyOperation[]): Json {
  const schemas: Record<string, unknown> = {};
  schemaJson(z.object({ problem: problemSchema }), "output", schemas);
  const paths: Record<string, Json> = {};
  for (const one of operations) {
    const path = `/api/v1${one.path}`;
    const at = (paths[path] ??= {});
    if (at[one.method]) throw new Error(`${one.method} ${path} is there twice`);
    at[one.method] = operationJson(one, schemas);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Candela",
      version: VERSION,
      description:
        "Records, figures and what they rest on. Amounts are decimals in texts. Times are UTC; periods are half-open.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    security: [{ session: [], csrf: [] }, { token: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "candela_session" },
        csrf: {
          type: "apiKey",
          in: "header",
          name: "X-CSRF-Token",
          description: "For writes: the token that /session gives.",
        },
        token: { type: "http", scheme: "bearer", description: "A token of a person or a machine, with scopes." },
      },
    },
  };
}
