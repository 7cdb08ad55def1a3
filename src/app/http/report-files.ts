import type { Context, Hono } from "hono";
import { fail, LANGUAGES, type Result } from "../../ground/issue/index.ts";
import { openCalculator } from "../compute-values.ts";
import { makeReport } from "../make-report.ts";
import { reportedPeriods } from "../reported-figures.ts";
import { callerOf, extentsOf } from "./caller.ts";
import { apiIssue } from "./operation.ts";
import { preferredLanguage, problem } from "./problem.ts";
import type { Service } from "./service.ts";

/** The report as files under addresses that a person can keep: `/report/zh-Hant.html`, of the last period unless told. */
export function addReportFiles(app: Hono, service: Service): void {
  const { workspace } = service;
  const answer = <T>(context: Context, result: Result<T>, then: (value: T) => Response): Response =>
    result.ok
      ? then(result.value)
      : problem(result.issues, service.issueTexts, preferredLanguage(context.req.header("accept-language")));

  /** A response in the place of the file, where it is not for who asks. */
  const turnedAway = async (context: Context, action: string): Promise<Response | undefined> => {
    const caller = await callerOf(workspace, context.req.raw, service);
    // The application asks who is there.
    if (!caller) return context.redirect("/");
    const extents = extentsOf(caller, await service.rights(), action);
    if (extents.some(({ sites, activities }) => sites === undefined && activities === undefined)) return undefined;
    const may = (await service.rights()).may(caller.actor, action, { kind: action });
    return answer(context, fail(may === true ? apiIssue("API-403") : may), () => new Response());
  };

  app.get("/report/:file{.+\\..+}", async (context) => {
    const [name = "", format = "", ...more] = context.req.param("file").split(".");
    const language = LANGUAGES.find((one) => one === name);
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
