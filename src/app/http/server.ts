import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import {
  fail,
  type Issue,
  type IssueCatalogue,
  type Language,
  LANGUAGES,
  ok,
  renderIssue,
  type Result,
} from "../../ground/issue/index.ts";
import { StoreFailure } from "../../ground/store/index.ts";
import { checkFigures } from "../check-figures.ts";
import { caveatTexts, missingTexts } from "../bound-values.ts";
import { computeValues, openCalculator, valueJson } from "../compute-values.ts";
import { readTexts } from "../interface-texts.ts";
import { makeReport } from "../make-report.ts";
import { shippedIssueTexts, VERSION } from "../package-folder.ts";
import { reportedPeriods } from "../reported-figures.ts";
import type { Workspace } from "../workspace.ts";
import { emptyPage, lineagePage, overviewPage, PAGE_STYLE_HASH } from "./page.ts";

export interface ServerOptions {
  readonly port: number;
  readonly host: string;
}

/** RFC 9457 problem details that carry the issues with their texts. */
function problem(issues: readonly Issue[], texts: IssueCatalogue, status: number): Response {
  const [first] = issues;
  const body = {
    type: `urn:candela:issue:${first?.code ?? "unknown"}`,
    title: first ? renderIssue(first, texts).message.en : "failure",
    status,
    issues: issues.map((issue) => renderIssue(issue, texts)),
  };
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json" } });
}

/** Problem details without an issue: what HTTP itself says. */
function plainProblem(status: number, title: string): Response {
  return new Response(JSON.stringify({ type: "about:blank", title, status }), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}

const languageOf = (text: string): Language | undefined => LANGUAGES.find((language) => language === text);

const PAGE_POLICY = `default-src 'none'; style-src ${PAGE_STYLE_HASH}; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The host that a request names, without its port: `localhost`, `[::1]`. */
const namedHost = (header: string | undefined): string =>
  (header ?? "")
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();

/** The application: a plain page, values, findings and reports; it only reads. */
export async function createApp(workspace: Workspace, options: { readonly loopbackOnly: boolean }): Promise<Hono> {
  const [issueTexts, words] = [await shippedIssueTexts(), await readTexts("interface")];
  const app = new Hono();
  app.use(secureHeaders());
  app.use(async (context, next) => {
    await next();
    // A report brings a policy for its own style; every other page has this one.
    if (!context.res.headers.has("content-security-policy"))
      context.res.headers.set("content-security-policy", PAGE_POLICY);
  });
  // A page of another site could have its own name resolve to this machine and read what is here as its own.
  app.use(async (context, next) => {
    if (!options.loopbackOnly || isLoopback(namedHost(context.req.header("host")))) return next();
    return plainProblem(421, "misdirected request");
  });
  app.onError((error) => {
    if (error instanceof StoreFailure) return problem(error.issues, issueTexts, 503);
    process.stderr.write(`${error.stack ?? error.message}\n`);
    return plainProblem(500, "failure");
  });
  const answer = <T>(result: Result<T>, then: (value: T) => Response): Response =>
    result.ok
      ? then(result.value)
      : problem(
          result.issues,
          issueTexts,
          result.issues.some((issue) => issue.code.startsWith("INDICATOR-")) ? 404 : 422,
        );

  app.get("/health", (context) => context.json({ ok: true, version: VERSION }));
  app.get("/", (context) => context.redirect(`/${preferred(context.req.header("accept-language"))}`));

  app.get("/:language", async (context) => {
    const language = languageOf(context.req.param("language"));
    if (!language) return context.notFound();
    const opened = await openCalculator(workspace, {});
    if (!opened.ok && opened.issues.every(({ code }) => code === "BOUNDARY-001"))
      return context.html(emptyPage(language, words));
    if (!opened.ok) return problem(opened.issues, issueTexts, 422);
    const asAt = String(opened.value.position);
    const periods = await reportedPeriods(workspace, opened.value);
    const computed = await computeValues(workspace, { indicators: "all", periods, asAt });
    if (!computed.ok) return problem(computed.issues, issueTexts, 422);
    const checked = await checkFigures(workspace, { period: periods[0] ?? "", asAt });
    const { values, state } = computed.value;
    const byIndicator = new Map<string, typeof values>();
    for (const value of values) byIndicator.set(value.indicator, [...(byIndicator.get(value.indicator) ?? []), value]);
    const frame = { language, texts: words, entity: state.boundary.entity.name, position: state.position };
    const shown = new Map([...byIndicator].filter(([, row]) => row.some((value) => value.amount)));
    return answer(
      checked,
      ({ findings }) => context.html(overviewPage(frame, state, shown, findings, periods[0] ?? "")) as Response,
    );
  });

  app.get("/:language/lineage/:indicator/:period", async (context) => {
    const language = languageOf(context.req.param("language"));
    if (!language) return context.notFound();
    const computed = await computeValues(workspace, {
      indicators: [context.req.param("indicator")],
      periods: [context.req.param("period")],
    });
    return answer(computed, ({ values, state }) => {
      const [value] = values;
      if (!value) throw new Error("one value was asked for");
      const frame = { language, texts: words, entity: state.boundary.entity.name, position: state.position };
      return context.html(
        lineagePage(frame, state, value, missingTexts(value, state, words), caveatTexts(value, state, words)),
      ) as Response;
    });
  });

  app.get("/api/indicators/:indicator", async (context) => {
    const computed = await computeValues(workspace, {
      indicators: [context.req.param("indicator")],
      periods: (context.req.query("period") ?? "").split(","),
    });
    return answer(
      computed,
      ({ values, state }) => context.json({ values: values.map((value) => valueJson(value, state)) }) as Response,
    );
  });
  app.get("/api/findings", async (context) => {
    const period = context.req.query("period");
    return answer(
      await checkFigures(workspace, period === undefined ? {} : { period }),
      (checked) => context.json(checked) as Response,
    );
  });

  app.get("/report/:file", async (context) => {
    const [name = "", format = "", ...more] = context.req.param("file").split(".");
    const language = languageOf(name);
    if (!language || (format !== "html" && format !== "pdf") || more.length > 0) return context.notFound();
    const opened = await openCalculator(workspace, {});
    if (!opened.ok) return problem(opened.issues, issueTexts, 422);
    const made = await makeReport(workspace, {
      period: context.req.query("period") ?? (await reportedPeriods(workspace, opened.value))[0] ?? "",
      asAt: String(opened.value.position),
      languages: [language],
      formats: [format],
    });
    return answer(made, ({ files }) => {
      const [file] = files;
      if (!file) throw new Error("one file was asked for");
      const headers: Record<string, string> = {
        "content-type": format === "pdf" ? "application/pdf" : "text/html; charset=utf-8",
      };
      // A report is a page of its own with its own style; its hash stands in its own policy.
      if (file.stylePolicy) headers["content-security-policy"] = `default-src 'none'; style-src '${file.stylePolicy}'`;
      return new Response(new Uint8Array(file.bytes), { headers });
    });
  });
  app.notFound(() => plainProblem(404, "not found"));
  return app;
}

function preferred(header: string | undefined): Language {
  const wanted = (header ?? "").split(",")[0]?.trim().toLowerCase() ?? "";
  if (/^zh-(hant|tw|hk|mo)/.test(wanted)) return "zh-Hant";
  return wanted.startsWith("zh") ? "zh-Hans" : "en";
}

/** A server that listens, and where. */
export interface Listening {
  readonly server: ServerType;
  readonly url: string;
}

/**
 * Listens; resolves when the port is open.
 * @issues PORT-001 (the port is taken or may not be had)
 */
export async function listen(workspace: Workspace, options: ServerOptions): Promise<Result<Listening>> {
  const { host } = options;
  const app = await createApp(workspace, { loopbackOnly: isLoopback(host) });
  return new Promise((resolve) => {
    const shown = host === "127.0.0.1" ? "localhost" : host.includes(":") ? `[${host}]` : host;
    const server = serve({ fetch: app.fetch, port: options.port, hostname: host }, ({ port }) =>
      resolve(ok({ server, url: `http://${shown}:${port}` })),
    );
    server.on("error", (error) =>
      resolve(
        fail({
          code: "PORT-001",
          severity: "error",
          at: {},
          expected: `${shown}:${options.port}`,
          actual: error.message,
        }),
      ),
    );
  });
}
