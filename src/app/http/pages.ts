import type { Context, Hono } from "hono";
import { fail, type Language, LANGUAGES, type Result } from "../../ground/issue/index.ts";
import { caveatTexts, missingTexts } from "../bound-values.ts";
import { checkFigures } from "../check-figures.ts";
import { computeValues, openCalculator } from "../compute-values.ts";
import { makeReport } from "../make-report.ts";
import { reportedPeriods } from "../reported-figures.ts";
import { callerOf, extentsOf } from "./caller.ts";
import { apiIssue } from "./operation.ts";
import { emptyPage, lineagePage, overviewPage } from "./page.ts";
import { preferredLanguage, problem } from "./problem.ts";
import type { Service } from "./service.ts";

const languageOf = (text: string | undefined): Language | undefined => LANGUAGES.find((language) => language === text);

/** The plain pages: overview, lineage and reports, for whoever may read them; they only read. */
export function addPages(app: Hono, service: Service): void {
  const { workspace, words } = service;
  const answer = <T>(context: Context, result: Result<T>, then: (value: T) => Response): Response =>
    result.ok
      ? then(result.value)
      : problem(result.issues, service.issueTexts, preferredLanguage(context.req.header("accept-language")));

  /** A response in the place of the page, where the page is not for who asks. */
  const turnedAway = async (context: Context, action: string): Promise<Response | undefined> => {
    const caller = await callerOf(workspace, context.req.raw, service);
    if (!caller) return context.redirect(`/sign-in?next=${encodeURIComponent(context.req.path)}`);
    const extents = extentsOf(caller, await service.rights(), action);
    if (extents.some(({ sites, activities }) => sites === undefined && activities === undefined)) return undefined;
    const may = (await service.rights()).may(caller.actor, action, { kind: action });
    return answer(context, fail(may === true ? apiIssue("API-403") : may), () => new Response());
  };

  app.get("/", (context) => context.redirect(`/${preferredLanguage(context.req.header("accept-language"))}`));

  app.get("/:language{zh-Hant|zh-Hans|en}", async (context) => {
    const language = languageOf(context.req.param("language"));
    if (!language) return context.notFound();
    const away = await turnedAway(context, "overview.read");
    if (away) return away;
    const opened = await openCalculator(workspace, {});
    if (!opened.ok && opened.issues.every(({ code }) => code === "BOUNDARY-001"))
      return context.html(emptyPage(language, words));
    if (!opened.ok) return answer(context, opened, () => new Response());
    const asAt = String(opened.value.position);
    const periods = await reportedPeriods(workspace, opened.value);
    const computed = await computeValues(workspace, { indicators: "all", periods, asAt });
    if (!computed.ok) return answer(context, computed, () => new Response());
    const checked = await checkFigures(workspace, { period: periods[0] ?? "", asAt });
    const { values, state } = computed.value;
    const byIndicator = new Map<string, typeof values>();
    for (const value of values) byIndicator.set(value.indicator, [...(byIndicator.get(value.indicator) ?? []), value]);
    const frame = { language, texts: words, entity: state.boundary.entity.name, position: state.position };
    const shown = new Map([...byIndicator].filter(([, row]) => row.some((value) => value.amount)));
    return answer(
      context,
      checked,
      ({ findings }) => context.html(overviewPage(frame, state, shown, findings, periods[0] ?? "")) as Response,
    );
  });

  app.get("/:language{zh-Hant|zh-Hans|en}/lineage/:indicator/:period", async (context) => {
    const language = languageOf(context.req.param("language"));
    if (!language) return context.notFound();
    const away = await turnedAway(context, "lineage.read");
    if (away) return away;
    const computed = await computeValues(workspace, {
      indicators: [context.req.param("indicator")],
      periods: [context.req.param("period")],
    });
    return answer(context, computed, ({ values, state }) => {
      const [value] = values;
      if (!value) throw new Error("one value was asked for");
      const frame = { language, texts: words, entity: state.boundary.entity.name, position: state.position };
      return context.html(
        lineagePage(frame, state, value, missingTexts(value, state, words), caveatTexts(value, state, words)),
      ) as Response;
    });
  });

  app.get("/report/:file", async (context) => {
    const [name = "", format = "", ...more] = context.req.param("file").split(".");
    const language = languageOf(name);
    if (!language || (format !== "html" && format !== "pdf") || more.length > 0) return context.notFound();
    const away = await turnedAway(context, "report.read");
    if (away) return away;
    const opened = await openCalculator(workspace, {});
    if (!opened.ok) return answer(context, opened, () => new Response());
    const made = await makeReport(workspace, {
      period: context.req.query("period") ?? (await reportedPeriods(workspace, opened.value))[0] ?? "",
      asAt: String(opened.value.position),
      languages: [language],
      formats: [format],
    });
    return answer(context, made, ({ files }) => {
      const [file] = files;
      if (!file) throw new Error("one file was asked for");
      return reportResponse(file, format);
    });
  });
}

/** A report as a response; it is a page of its own with its own style, whose hash stands in its own policy. */
export function reportResponse(
  file: { readonly bytes: Uint8Array; readonly stylePolicy?: string },
  format: "html" | "pdf",
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(new Uint8Array(file.bytes), {
    headers: {
      "content-type": format === "pdf" ? "application/pdf" : "text/html; charset=utf-8",
      ...(file.stylePolicy
        ? { "content-security-policy": `default-src 'none'; style-src '${file.stylePolicy}'; frame-ancestors 'self'` }
        : {}),
      ...headers,
    },
  });
}
