import { type Context, Hono } from "hono";
import { getConnInfo } from "@hono/node-server/conninfo";
import { secureHeaders } from "hono/secure-headers";
import { StoreFailure } from "../../ground/store/index.ts";
import { OPERATIONS } from "./routes/index.ts";
import { addReportFiles } from "./report-files.ts";
import { openApiDocument } from "./openapi.ts";
import { type AnyOperation, apiIssue } from "./operation.ts";
import { preferredLanguage, problem } from "./problem.ts";
import { runOperation } from "./run-operation.ts";
import { isLoopback } from "./settings.ts";
import type { Service } from "./service.ts";
import { addProbes } from "./probes.ts";
import { addWebApp } from "./web-app.ts";

const PLAIN_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The host that a request names, without its port: `localhost`, `[::1]`. */
const namedHost = (header: string | undefined): string =>
  (header ?? "")
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();

/** Where a request comes from: the other end of the connection, or what a proxy that is trusted says of it. */
function placeOf(context: Context, service: Service): string {
  let place = "";
  try {
    place = (getConnInfo(context).remote.address ?? "").replace(/^::ffff:/, "");
  } catch {
    // A request that was made in this process has no other end.
  }
  const hops = (context.req.header("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  for (let hop = hops.pop(); hop && service.settings.trustedProxies.includes(place); hop = hops.pop()) place = hop;
  return place;
}

/** Names its answers and counts them: by route, with no word of who asked or for what. */
function addLog(app: Hono, service: Service): void {
  app.use(async (context, next) => {
    const started = performance.now();
    await next();
    const seconds = (performance.now() - started) / 1000;
    const route = routeOf(context);
    service.metrics.answered(route, context.req.method, context.res.status, seconds);
    service.log.info({ route, method: context.req.method, status: context.res.status, ms: Math.round(seconds * 1e3) });
  });
}

/** The pattern of a route, not the path that was asked for. */
const routeOf = (context: Context): string =>
  context.req.matchedRoutes.findLast(({ path }) => !path.endsWith("*"))?.path ?? "other";

export interface AppOptions {
  /** Holds every answer against its schema; for tests. */
  readonly answerCheck?: (operation: AnyOperation, body: unknown) => void;
}

/** The application: the API, the pages, and what watches them. */
export function createApp(service: Service, options: AppOptions = {}): Hono {
  const app = new Hono();
  const { loopbackOnly, settings } = service;
  addLog(app, service);
  app.use(
    secureHeaders({
      referrerPolicy: "no-referrer",
      ...(settings.publicUrl?.protocol === "https:" ? {} : { strictTransportSecurity: false }),
    }),
  );
  app.use(async (context, next) => {
    await next();
    // The application and a report bring policies of their own; every other answer has this one.
    if (!context.res.headers.has("content-security-policy"))
      context.res.headers.set("content-security-policy", PLAIN_POLICY);
  });
  // A page of another site could have its own name resolve to this machine and read what is here as its own.
  app.use(async (context, next) => {
    const host = namedHost(context.req.header("host"));
    const ours = settings.publicUrl
      ? host === settings.publicUrl.hostname.replace(/^\[(.*)\]$/, "$1")
      : isLoopback(host);
    if (ours || (isLoopback(host) && isLoopback(settings.host)) || !(loopbackOnly || settings.publicUrl)) return next();
    return refuse(context, "API-421");
  });
  const refuse = (context: Context, code: "API-404" | "API-421" | "API-500"): Response =>
    problem([apiIssue(code)], service.issueTexts, preferredLanguage(context.req.header("accept-language")));
  app.onError((error, context) => {
    const language = preferredLanguage(context.req.header("accept-language"));
    if (error instanceof StoreFailure) return problem(error.issues, service.issueTexts, language, 503);
    service.log.error({ route: routeOf(context), error: error.stack ?? error.message });
    return refuse(context, "API-500");
  });
  addProbes(app, service);
  const document = JSON.stringify(openApiDocument(OPERATIONS));
  app.get("/api/v1/openapi.json", (context) => context.body(document, 200, { "content-type": "application/json" }));
  for (const one of OPERATIONS) {
    app.on(one.method.toUpperCase(), `/api/v1${one.path.replace(/\{(\w+)\}/g, ":$1")}`, (context) =>
      runOperation(service, one, {
        request: context.req.raw,
        params: context.req.param() as Record<string, string>,
        place: placeOf(context, service),
        ...(options.answerCheck ? { answerCheck: options.answerCheck } : {}),
      }),
    );
  }
  app.all("/api/*", (context) => refuse(context, "API-404"));
  addReportFiles(app, service);
  addWebApp(app, service);
  app.notFound((context) => refuse(context, "API-404"));
  return app;
}
