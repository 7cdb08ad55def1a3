import { NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { useRead } from "../../api/client.ts";
import { useAddress } from "../../frame/address.ts";
import { Page } from "../../parts/page.tsx";
import { useWords } from "../../parts/words.ts";
import { useTexts } from "../../texts/texts.tsx";
import { RecordDrawer } from "./record-drawer.tsx";
import { RecordGrid } from "./record-grid.tsx";

const SEARCH_MS = 300;

/** Every activity record that counts: looked for, sorted, opened, corrected. */
export default function Records(): ReactNode {
  const { say, pick } = useTexts();
  const words = useWords();
  const { asked, ask } = useAddress();
  const [text, setText] = useState(asked.text ?? "");
  const search = useDebouncedCallback((wanted: string) => ask({ text: wanted }), SEARCH_MS);
  const activities = useRead("listActivities").data?.items ?? [];
  const sites = useRead("listSites").data?.items ?? [];
  const any = { value: "", label: say("data.any") };
  const choice = (name: string, options: readonly { value: string; label: string }[]): ReactNode => (
    <NativeSelect
      label={say(`column.${name}`)}
      size="xs"
      value={asked[name] ?? ""}
      data={[any, ...options]}
      onChange={(event) => ask({ [name]: event.currentTarget.value })}
    />
  );
  const { text: wanted, activity, site, period, basisOf, approved, batch, sort = "entered", order = "desc" } = asked;
  const filter = { text: wanted, activity, site, period, basisOf, approved, batch, sort, order };
  const told = Object.fromEntries(
    Object.entries(filter).map(([name, value]) => [name, value === "" ? undefined : value]),
  );
  return (
    <Page title={say("page.data")}>
      <div className="filters" role="search">
        <TextInput
          label={say("data.search")}
          size="xs"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            search(event.currentTarget.value);
          }}
        />
        {choice(
          "activity",
          activities.map(({ id, title }) => ({ value: id, label: pick(title) })),
        )}
        {choice(
          "site",
          sites.map(({ id }) => ({ value: id, label: words.site(id) })),
        )}
        <TextInput
          label={say("column.period")}
          placeholder="2025, 2025-03, 2025Q1"
          size="xs"
          key={period ?? ""}
          defaultValue={period ?? ""}
          onBlur={(event) => ask({ period: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter") ask({ period: event.currentTarget.value });
          }}
        />
        {choice(
          "basisOf",
          ["measured", "estimated", "derived"].map((id) => ({ value: id, label: say(`basis.${id}`) })),
        )}
        {choice("approved", [
          { value: "true", label: say("record.approved") },
          { value: "false", label: say("record.submitted") },
        ])}
      </div>
      <RecordGrid
        filter={told}
        onSort={(by, way) => ask({ sort: by, order: way })}
        onOpen={(record) => ask({ record })}
      />
      <RecordDrawer id={asked.record} onClose={() => ask({ record: undefined })} />
    </Page>
  );
}
