import { Badge, NativeSelect, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import type { RequirementCoverage } from "../../api/operations.ts";
import { useAddress } from "../../frame/address.ts";
import { Asked } from "../../parts/asked.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { PeriodChoice } from "../../parts/period-choice.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { usePeriods } from "../../parts/use-periods.ts";
import { useTexts } from "../../texts/texts.tsx";

const STATES = ["met", "partly", "explained", "open", "not-in-force"] as const;
const COLOURS = { met: "green", partly: "yellow", explained: "blue", open: "red", "not-in-force": "gray" } as const;

/** One requirement: opened, it says why it stands so, and which indicators answer it. */
function Requirement({ requirement }: { readonly requirement: RequirementCoverage }): ReactNode {
  const { say, pick } = useTexts();
  const { id, title, state, why, answeredBy, path } = requirement;
  const head = (
    <span className="requirement-head">
      <code className="mark">{id}</code>
      <span>{pick(title)}</span>
      {state ? (
        <Badge variant="light" color={COLOURS[state]} tt="none" autoContrast className="badge-whole">
          {say(`standards.state.${state}`)}
        </Badge>
      ) : undefined}
    </span>
  );
  const told = why.length + answeredBy.length > 0;
  return (
    <li style={{ paddingInlineStart: `${path.length * 20}px` }}>
      {told ? (
        <details>
          <summary>{head}</summary>
          <div className="requirement-more">
            {why.map((reason, index) => (
              <Text key={index} size="sm">
                {pick(reason)}
              </Text>
            ))}
            {answeredBy.map((indicator) => (
              <Link
                key={indicator}
                className="plain finding-link"
                to="/indicators/$indicator"
                params={{ indicator } as never}
              >
                {indicator}
              </Link>
            ))}
          </div>
        </details>
      ) : (
        <div className="requirement-plain">{head}</div>
      )}
    </li>
  );
}

/** What a standard asks for in a period, as its tree, with what answers it and what is open. */
export default function Standards(): ReactNode {
  const { say, pick } = useTexts();
  const { asked, ask } = useAddress();
  const periods = usePeriods();
  const list = useRead("listStandards");
  const items = list.data?.items ?? [];
  const standard = asked.standard ?? items.find(({ id }) => id.startsWith("hkex"))?.id ?? items[0]?.id ?? "";
  const found = useRead(
    "readCoverage",
    { params: { standard }, query: { period: asked.period } },
    { enabled: standard !== "" },
  );
  return (
    <Page
      title={say("page.standards")}
      lead={found.data ? pick(found.data.title) : undefined}
      actions={
        <>
          <NativeSelect
            label={say("standards.standard")}
            size="xs"
            value={standard}
            data={items.map(({ id, title }) => ({ value: id, label: pick(title) }))}
            onChange={(event) => ask({ standard: event.currentTarget.value })}
          />
          <PeriodChoice
            periods={periods}
            value={found.data?.period ?? asked.period ?? ""}
            onChange={(period) => ask({ period })}
          />
        </>
      }
    >
      <Asked query={list}>
        {() =>
          items.length === 0 ? (
            <Empty title={say("standards.none")} />
          ) : (
            <Asked query={found}>
              {({ totals, requirements }) => {
                const wanted = requirements.filter(({ state }) => !asked.state || state === asked.state);
                return (
                  <>
                    <div className="severities">
                      {STATES.map((state) => (
                        <button
                          key={state}
                          type="button"
                          className="severity"
                          aria-pressed={asked.state === state}
                          onClick={() => ask({ state: asked.state === state ? undefined : state })}
                        >
                          <strong>{totals[state] ?? 0}</strong>
                          <span>{say(`standards.state.${state}`)}</span>
                        </button>
                      ))}
                    </div>
                    <Sheet>
                      <ul className="requirements">
                        {wanted.map((requirement) => (
                          <Requirement key={requirement.id} requirement={requirement} />
                        ))}
                      </ul>
                    </Sheet>
                  </>
                );
              }}
            </Asked>
          )
        }
      </Asked>
    </Page>
  );
}
