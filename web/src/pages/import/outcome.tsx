import { Alert, Anchor, Loader, NativeSelect, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Failure, Issues } from "../../frame/failure.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useJob } from "../../parts/use-job.ts";
import { useWords } from "../../parts/words.ts";
import { useTexts } from "../../texts/texts.tsx";

const FIELDS = [
  "activity",
  "site",
  "period",
  "start",
  "end",
  "lastDay",
  "amount",
  "unit",
  "basis",
  "evidence",
  "note",
  "ignore",
];

interface Row {
  readonly activity: string;
  readonly site: string;
  readonly entered: string;
  readonly unit: string;
  readonly basis: string;
}

/** What a look at a table, or its import, came to. */
interface Result {
  readonly submitted?: { readonly batch: number; readonly rows: number };
  readonly counts?: { readonly error: number; readonly warning: number; readonly notice: number };
  readonly columns?: readonly { readonly name: string; readonly field: string }[];
  readonly rows?: readonly Row[];
  readonly outcome?: { readonly accepted: boolean };
}

interface OutcomeProps {
  readonly job: string;
  readonly submitted: boolean;
  readonly chosen: Readonly<Record<string, string>>;
  readonly onChoose: (column: string, field: string) => void;
  readonly submit: ReactNode;
}

function Columns({
  columns,
  chosen,
  onChoose,
}: { columns: NonNullable<Result["columns"]> } & Pick<OutcomeProps, "chosen" | "onChoose">): ReactNode {
  const { say, has } = useTexts();
  return (
    <Sheet title={say("import.columns")}>
      <Text size="sm" c="dimmed" mb="sm">
        {say("import.columns-note")}
      </Text>
      <div className="filters">
        {columns.map(({ name, field }) => (
          <NativeSelect
            key={name}
            size="xs"
            label={name}
            value={chosen[name] ?? field}
            data={[...new Set([field, ...FIELDS])].map((id) => ({
              value: id,
              label: has(`field.${id}`) ? say(`field.${id}`) : id,
            }))}
            onChange={(event) => onChoose(name, event.currentTarget.value)}
          />
        ))}
      </div>
    </Sheet>
  );
}

function Rows({ rows }: { readonly rows: readonly Row[] }): ReactNode {
  const { say } = useTexts();
  const words = useWords();
  return (
    <Sheet title={say("import.first-rows")} flush>
      <div className="table-wide" tabIndex={0} role="region" aria-label={say("import.first-rows")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{say("column.activity")}</th>
              <th scope="col">{say("column.site")}</th>
              <th scope="col" className="number">
                {say("column.amount")}
              </th>
              <th scope="col">{say("column.unit")}</th>
              <th scope="col">{say("column.basis")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                <td>{words.activity(row.activity)}</td>
                <td>{words.site(row.site)}</td>
                <td className="number">{row.entered}</td>
                <td>{words.unit(row.activity, row.unit)}</td>
                <td>{say(`basis.${row.basis}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Sheet>
  );
}

/** How the job goes on, and what it came to: columns, issues on their rows, rows as they would be kept. */
export function Outcome({ job: id, submitted, chosen, onChoose, submit }: OutcomeProps): ReactNode {
  const { say } = useTexts();
  const job = useJob(id);
  if (job.error) return <Failure error={job.error} />;
  if (!job.data || job.data.state === "waiting" || job.data.state === "running")
    return (
      <Alert icon={<Loader size="sm" />} role="status" aria-busy="true">
        {job.data?.progress ?? say("import.working")}
      </Alert>
    );
  const { issues } = job.data;
  const result = (job.data.result ?? {}) as Result;
  const errors = issues.filter(({ severity }) => severity === "error").length;
  const warnings = issues.filter(({ severity }) => severity === "warning").length;
  if (submitted && result.submitted)
    return (
      <Alert color="green" title={say("import.done", { rows: result.submitted.rows })} role="status">
        {say("import.done-next")}{" "}
        <Anchor component={Link} to="/data/batches" inherit>
          {say("page.batches")}
        </Anchor>
      </Alert>
    );
  const clear = errors === 0 && job.data.state === "done";
  return (
    <Stack gap="lg">
      <Alert
        color={errors > 0 || !clear ? "red" : warnings > 0 ? "yellow" : "green"}
        variant="light"
        role="status"
        title={say(clear ? (warnings > 0 ? "import.warnings" : "import.clear") : "import.errors", { errors, warnings })}
      >
        {issues.length > 0 ? <Issues issues={issues} /> : undefined}
      </Alert>
      {result.columns ? <Columns columns={result.columns} chosen={chosen} onChoose={onChoose} /> : undefined}
      {result.rows && result.rows.length > 0 && "activity" in (result.rows[0] ?? {}) ? (
        <Rows rows={result.rows} />
      ) : undefined}
      {clear ? submit : undefined}
    </Stack>
  );
}
