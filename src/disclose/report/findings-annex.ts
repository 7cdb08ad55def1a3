import { type Text, textOf } from "../../ground/issue/index.ts";
import type { BuildContext } from "./build-context.ts";
import type { Cards, Paragraph, Rich } from "./document.ts";
import type { ReportFinding } from "./model.ts";
import { periodTitle } from "./period-title.ts";
import { COMMA, joinRich, joinTexts, richLink, richText } from "./rich.ts";
import { sameText } from "./words.ts";

const ORDER = { error: 0, warning: 1, notice: 2 };

/** The findings as the annex orders them: by severity, and within one as the checks gave them. */
export function orderedFindings(findings: readonly ReportFinding[]): ReportFinding[] {
  return [...findings].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

export const findingAnchor = (index: number): string => `finding-${index + 1}`;

/** The indicators a finding names, each linked to the table in which it stands. */
function indicatorsOf(context: BuildContext, finding: ReportFinding): Rich {
  const parts = finding.indicators.map((indicator) => {
    const title = context.indicatorTitle(indicator);
    const [place] = context.placesOf(indicator);
    return place ? richLink(place.anchor, title) : richText(title);
  });
  return joinRich(parts, COMMA);
}

/** The findings annex: each finding with expected, actual, difference, cause and remedy. */
export function findingsAnnex(context: BuildContext): (Cards | Paragraph)[] {
  const findings = orderedFindings(context.inputs.findings);
  if (findings.length === 0)
    return [{ kind: "paragraph", tone: "body", text: richText(context.word("findings.none")) }];
  const cards = findings.map((finding, index) => {
    const field = (name: string, value: Text | string | undefined): { label: Text; value: Rich }[] =>
      value === undefined || value === ""
        ? []
        : [
            {
              label: context.word(`finding.${name}`),
              value: richText(typeof value === "string" ? sameText(value) : value),
            },
          ];
    return {
      anchor: findingAnchor(index),
      badge: { tone: finding.severity, text: context.word(`severity.${finding.severity}`) },
      title: richText(textOf((language) => `${index + 1}. ${finding.message[language]}`)),
      fields: [
        ...field("rule", finding.code),
        ...(finding.indicators.length > 0
          ? [{ label: context.word("finding.indicators"), value: indicatorsOf(context, finding) }]
          : []),
        ...field(
          "periods",
          finding.periods.length > 0 ? joinTexts(finding.periods.map(periodTitle), COMMA) : undefined,
        ),
        ...field("expected", finding.expected),
        ...field("actual", finding.actual),
        ...field("difference", finding.difference),
        ...field("cause", finding.cause),
        ...field("remedy", finding.remedy),
      ],
    };
  });
  return [{ kind: "cards", cards }];
}
