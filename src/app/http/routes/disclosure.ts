import { z } from "zod";
import { describeReason } from "../../../disclose/index.ts";
import { fail, LANGUAGES, ok } from "../../../ground/issue/index.ts";
import { openCalculator } from "../../compute-values.ts";
import { coverageOf } from "../../cover-standard.ts";
import { buildDocument, makeReport } from "../../make-report.ts";
import { readStandards } from "../../standards.ts";
import { type AnyOperation, operation } from "../operation.ts";
import { reportResponse } from "../report-files.ts";
import { languageSchema, name, periodSchema, textSchema, viewQuery } from "../schemas.ts";
import { viewOf } from "./views.ts";

const requirementSchema = name(
  "RequirementCoverage",
  z.object({
    id: z.string(),
    title: textSchema,
    kind: z.string(),
    path: z.array(z.string()).describe("Ids above it, outermost first."),
    state: z.enum(["met", "partly", "explained", "open", "not-in-force"]).nullable(),
    why: z.array(textSchema),
    answeredBy: z.array(z.string()).describe("Indicators that answer it."),
  }),
);

const reportQuery = z.object({
  period: periodSchema,
  template: z.string().max(60).default("hkex-esg"),
  ...viewQuery,
});

export const disclosureOperations: readonly AnyOperation[] = [
  operation({
    id: "listStandards",
    method: "get",
    path: "/standards",
    tag: "standards",
    summary: "The standards there are.",
    action: "standard.read",
    answer: z.object({ items: z.array(z.object({ id: z.string(), title: textSchema, edition: z.string() })) }),
    async handle({ workspace }) {
      const opened = await openCalculator(workspace, {});
      if (!opened.ok) return opened;
      const standards = readStandards(opened.value.state);
      return standards.ok
        ? ok({ items: standards.value.map(({ id, title, edition }) => ({ id, title, edition: String(edition) })) })
        : standards;
    },
  }),
  operation({
    id: "readCoverage",
    method: "get",
    path: "/standards/{standard}",
    tag: "standards",
    summary: "What a standard asks for in a period, and what answers it.",
    action: "standard.read",
    params: z.object({ standard: z.string().max(60) }),
    query: z.object({ period: periodSchema.optional() }),
    answer: z.object({
      standard: z.string(),
      title: textSchema,
      period: z.string(),
      totals: z.record(z.string(), z.number()),
      requirements: z.array(requirementSchema),
    }),
    async handle({ workspace, params, query }) {
      const done = await coverageOf(workspace, params.standard, query.period);
      if (!done.ok) return done;
      const { covered, period, words, title } = done.value;
      return ok({
        standard: covered.standard.id,
        title: covered.standard.title,
        period,
        totals: { ...covered.totals },
        requirements: covered.requirements.map(({ requirement, path, state, why }) => ({
          id: requirement.id,
          title: requirement.title,
          kind: requirement.kind,
          path: [...path],
          state: state ?? null,
          why: why.map((reason) => describeReason(reason, words, title)),
          answeredBy: [...(requirement.answeredBy ?? [])],
        })),
      });
    },
  }),
  operation({
    id: "readReport",
    method: "get",
    path: "/report",
    tag: "report",
    summary: "The report of a period as data: its blocks, with every figure bound to its value.",
    action: "report.read",
    query: reportQuery,
    answer: z.looseObject({ template: z.string() }),
    async handle({ workspace, query, tag }) {
      const built = await buildDocument(workspace, {
        ...viewOf(query),
        period: query.period,
        template: query.template,
        languages: LANGUAGES,
        formats: [],
      });
      if (!built.ok) return built;
      tag(built.value.meta.journal.position);
      return ok({ ...built.value });
    },
  }),
  operation({
    id: "downloadReport",
    method: "get",
    path: "/report/{format}",
    tag: "report",
    summary: "The report of a period as a file.",
    action: "report.read",
    params: z.object({ format: z.enum(["html", "pdf"]) }),
    query: reportQuery.extend({ language: languageSchema }),
    media: ["text/html", "application/pdf"],
    async handle({ workspace, params, query }) {
      const made = await makeReport(workspace, {
        ...viewOf(query),
        period: query.period,
        template: query.template,
        languages: [query.language],
        formats: [params.format],
      });
      if (!made.ok) return fail(...made.issues);
      const [file] = made.value.files;
      if (!file) throw new Error("one file was asked for");
      const ascii = file.name.replace(/[^\w.-]/g, "_");
      return reportResponse(file, params.format, { "content-disposition": `attachment; filename="${ascii}"` });
    },
  }),
];
