import {
  type Issue,
  type IssueCatalogue,
  type Language,
  LANGUAGES,
  renderIssue,
  type Severity,
} from "../../ground/issue/index.ts";

/** An issue as the API gives it, its texts in the language that was asked for. */
export interface ProblemIssue extends Omit<Issue, "values"> {
  readonly message: string;
  readonly remedy: string;
}

/** Codes that are more than a request that cannot be carried out as it stands, which is 422. */
const STATUS: readonly (readonly [RegExp, number])[] = [
  [/^API-/, 0],
  [/^(SIGNIN-001|SETUP-001)$/, 401],
  [/^SIGNIN-002$/, 429],
  [/^SIGNIN-00[678]$/, 403],
  [/^SIGNIN-00[59]$/, 502],
  [/^SIGNIN-010$/, 404],
  [/^(ACTOR-|PERSON-005)/, 403],
  [
    /^(RECORD-001|LEDGER-010|INDICATOR-001|STANDARD-010|STORE-011|PERSON-001|TOKEN-001|JOB-001|UPLOAD-001|FINDING-001|BACKUP-001|LINEAGE-001|REPORT-020|SITE-090|SIMULATION-001|ACT-032)$/,
    404,
  ],
  [/^(LEDGER-01[1-6]|PERSON-003|PERSON-004|SETUP-002|BOUNDARY-001|ACT-033)$/, 409],
  [/^SIGNIN-004$/, 410],
  [/^STORE-0(0|2)/, 503],
];

/** The status of a refusal: that of the issue that weighs most. */
export function statusOf(issues: readonly Issue[]): number {
  const statuses = issues.map(({ code }) => {
    const found = STATUS.find(([pattern]) => pattern.test(code))?.[1] ?? 422;
    return found === 0 ? Number(code.slice("API-".length)) : found;
  });
  return statuses[0] !== undefined && statuses.every((status) => status === statuses[0]) ? statuses[0] : 422;
}

const ORDER: readonly Severity[] = ["error", "warning", "notice"];

/** Issues with their texts in one language, errors first. */
export function renderIssues(
  issues: readonly Issue[],
  texts: IssueCatalogue,
  language: Language,
): readonly ProblemIssue[] {
  return [...issues]
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
    .map((issue) => {
      const { message, remedy, values: _, ...rest } = renderIssue(issue, texts);
      return { ...rest, message: message[language], remedy: remedy[language] };
    });
}

/** RFC 9457 problem details that carry the issues. */
export function problem(
  issues: readonly Issue[],
  texts: IssueCatalogue,
  language: Language,
  status = statusOf(issues),
): Response {
  const rendered = renderIssues(issues, texts, language);
  const [first] = rendered;
  const body = {
    type: `urn:candela:issue:${first?.code ?? "unknown"}`,
    title: first?.message ?? "failure",
    status,
    detail: first?.remedy,
    issues: rendered,
  };
  const wait = issues.find(({ values }) => values?.seconds !== undefined)?.values?.seconds;
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "content-language": language,
      "cache-control": "no-store",
      ...(wait === undefined ? {} : { "retry-after": wait }),
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    },
  });
}

/** The first language of `Accept-Language` that there is, whatever its weight; English without one. */
export function preferredLanguage(header: string | null | undefined): Language {
  for (const part of (header ?? "").split(",")) {
    const wanted = part.split(";")[0]?.trim().toLowerCase() ?? "";
    const exact = LANGUAGES.find((language) => language.toLowerCase() === wanted);
    if (exact) return exact;
    if (/^zh-(hant|tw|hk|mo)/.test(wanted)) return "zh-Hant";
    if (/^zh\b/.test(wanted)) return "zh-Hans";
    if (/^en\b/.test(wanted)) return "en";
  }
  return "en";
}
