import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Context, Hono } from "hono";
import { PACKAGE_FOLDER } from "../package-folder.ts";
import { apiIssue } from "./operation.ts";
import { preferredLanguage, problem } from "./problem.ts";
import type { Service } from "./service.ts";

const FOLDER = join(PACKAGE_FOLDER, "dist/web");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Encodings that the build has ready, the smaller first, with the ending of their files. */
const ENCODINGS = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

/** Every file of the application by its path; empty where it was not built. */
async function readFiles(folder: string): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        const path = file.slice(folder.length).replaceAll("\\", "/");
        return [path, new Uint8Array(await readFile(file))] as const;
      }),
    ),
  );
}

/** What the page may load: our own files, and the styles that its own code writes, known by the nonce of this one answer. */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");

/** The web application: its files by name, and its one page at every address that is nothing else. */
export function addWebApp(app: Hono, service: Service, folder = FOLDER): void {
  let reading: Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> | undefined;
  const files = () => (reading ??= readFiles(folder));

  const file = async (context: Context, cache: string): Promise<Response> => {
    const all = await files();
    const { path } = context.req;
    const plain = all.get(path);
    if (!plain) return context.notFound() as Response;
    const accepted = (context.req.header("accept-encoding") ?? "").split(",").map((one) => one.split(";")[0]?.trim());
    const encoding = ENCODINGS.find(([name, end]) => accepted.includes(name) && all.has(`${path}${end}`));
    return new Response((encoding && all.get(`${path}${encoding[1]}`)) ?? plain, {
      headers: {
        "content-type": TYPES[extname(path)] ?? "application/octet-stream",
        "cache-control": cache,
        vary: "accept-encoding",
        ...(encoding ? { "content-encoding": encoding[0] } : {}),
      },
    });
  };
  // The name of an asset holds the hash of its bytes.
  app.get("/assets/*", (context) => file(context, "public, max-age=31536000, immutable"));
  app.get("/icon.svg", (context) => file(context, "public, max-age=86400"));

  app.get("*", async (context) => {
    const index = (await files()).get("/index.html");
    if (!index) {
      const language = preferredLanguage(context.req.header("accept-language"));
      return problem([{ ...apiIssue("API-404"), code: "SERVER-003" }], service.issueTexts, language, 503);
    }
    const nonce = randomBytes(18).toString("base64");
    const page = new TextDecoder()
      .decode(index)
      .replace('name="csp-nonce" content=""', `name="csp-nonce" content="${nonce}"`);
    return context.body(page, 200, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "content-security-policy": policy(nonce),
    });
  });
}
