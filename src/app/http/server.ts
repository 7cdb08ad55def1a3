import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Issue, IssueCatalogue } from "../../ground/issue/index.ts";
import { type Language, LANGUAGES, renderIssue } from "../../ground/issue/index.ts";
import type { Result } from "../../ground/issue/index.ts";
import { checkFigures } from "../check-figures.ts";
import { caveatTexts, missingTexts } from "../bound-values.ts";
import { computeValues, valueJson } from "../compute-values.ts";
import { readTexts } from "../interface-texts.ts";
import { makeReport } from "../make-report.ts";
import { shippedIssueTexts, VERSION } from "../package-folder.ts";
import { reportedPeriods } from "../reported-figures.ts";
import type { Workspace } from "../workspace.ts";
import { lineagePage, overviewPage, PAGE_STYLE_HASH } from "./page.ts";

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

const languageOf = (text: string): Language | undefined => LANGUAGES.find((language) => language === text);

const PAGE_POLICY = `default-src 'none'; style-src ${PAGE_STYLE_HASH}; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The application: a plain page, values, findings and reports; it only reads. */
export async function createApp(workspace: Workspace): Promise<Hono> {
  const [issueTexts, words] = [await shippedIssueTexts(), await readTexts("interface")];
  const app = new Hono();
  app.use(secureHeaders());
  app.use(async (context, next) => {
    await next();
    // A report brings a policy for its own style; every other page has this one.
    if (!context.res.headers.has("content-security-policy"))
      context.res.headers.set("content-security-policy", PAGE_POLICY);
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
    const periods = await reportedPeriods(workspace);
    const computed = await computeValues(workspace, { indicators: "all", periods });
    if (!computed.ok) return problem(computed.issues, issueTexts, 422);
    const checked = await checkFigures(workspace, { period: periods[0] ?? "" });
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
        lineagePage(frame, value, missingTexts(value, state, words), caveatTexts(value, state, words)),
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
  app.get("/api/findings", async (context) =>
    answer(
      await checkFigures(workspace, { period: context.req.query("period") ?? "" }),
      (checked) => context.json(checked) as Response,
    ),
  );

  app.get("/report/:file", async (context) => {
    const [name = "", format = ""] = context.req.param("file").split(".");
    const language = languageOf(name);
    if (!language || (format !== "html" && format !== "pdf")) return context.notFound();
    const made = await makeReport(workspace, {
      period: context.req.query("period") ?? (await reportedPeriods(workspace))[0] ?? "",
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
  app.notFound((context) =>
    context.json({ type: "about:blank", title: "not found", status: 404 }, 404, {
      "content-type": "application/problem+json",
    }),
  );
  return app;
}

function preferred(header: string | undefined): Language {
  const wanted = (header ?? "").split(",")[0]?.trim().toLowerCase() ?? "";
  if (/^zh-(hant|tw|hk|mo)/.test(wanted)) return "zh-Hant";
  return wanted.startsWith("zh") ? "zh-Hans" : "en";
}

/** Listens; the promise resolves when the port is open. */
export async function listen(workspace: Workspace, options: ServerOptions): Promise<ServerType> {
  const app = await createApp(workspace);
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port: options.port, hostname: options.host }, () => resolve(server));
    server.on("error", reject);
  });
}
