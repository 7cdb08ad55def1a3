import { Anchor, Checkbox, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { addressOf } from "../../api/client.ts";
import { useAddress } from "../../frame/address.ts";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { PeriodChoice } from "../../parts/period-choice.tsx";
import { usePeriods } from "../../parts/use-periods.ts";
import { type Language, LANGUAGES } from "../../texts/language.ts";
import { useTexts } from "../../texts/texts.tsx";

/** The report as it would be handed out, in up to three languages side by side; its figures open their lineage. */
export default function Report(): ReactNode {
  const { say, language } = useTexts();
  const { asked, ask } = useAddress();
  const periods = usePeriods();
  const period = asked.period ?? periods[0] ?? "";
  const shown = (asked.languages?.split(",") ?? [language]).filter(Boolean);
  const toggle = (id: Language): void => {
    const next = LANGUAGES.map((one) => one.id).filter((one) => (one === id) !== shown.includes(one));
    if (next.length > 0) ask({ languages: next.join(",") });
  };
  return (
    <Page
      title={say("page.report")}
      lead={say("report.lead")}
      actions={<PeriodChoice periods={periods} value={period} onChange={(wanted) => ask({ period: wanted })} />}
    >
      {period === "" ? (
        <Empty title={say("report.none")}>{say("overview.empty-next")}</Empty>
      ) : (
        <>
          <Group gap="md" role="group" aria-label={say("report.languages")}>
            {LANGUAGES.map(({ id, name }) => (
              <Checkbox
                key={id}
                label={<span lang={id}>{name}</span>}
                checked={shown.includes(id)}
                onChange={() => toggle(id)}
              />
            ))}
          </Group>
          <div className="reports">
            {LANGUAGES.filter(({ id }) => shown.includes(id)).map(({ id, name }) => (
              <section key={id} className="report" aria-label={name}>
                <Group justify="space-between" gap="xs" mb={6}>
                  <strong lang={id}>{name}</strong>
                  <Group gap="sm">
                    {(["html", "pdf"] as const).map((format) => (
                      <Anchor
                        key={format}
                        size="sm"
                        href={addressOf("downloadReport", { params: { format }, query: { period, language: id } })}
                        download
                      >
                        {say("report.download", { format: format.toUpperCase() })}
                      </Anchor>
                    ))}
                  </Group>
                </Group>
                <iframe
                  title={`${say("page.report")} · ${name}`}
                  src={`/report/${id}.html?period=${encodeURIComponent(period)}`}
                />
              </section>
            ))}
          </div>
        </>
      )}
    </Page>
  );
}
