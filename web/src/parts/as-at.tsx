import { Alert, Button, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useAddress } from "../frame/address.ts";
import { useTexts } from "../texts/texts.tsx";

/** The last moment of a day on the reader's clock, and the day of such a moment. */
const endOf = (day: string): string => new Date(`${day}T23:59:59.999`).toISOString();
function dayOf(instant: string): string {
  const moment = new Date(instant);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** Chooses the day as at whose end the page is shown; none is now. */
export function AsAt(): ReactNode {
  const { say } = useTexts();
  const { asked, ask } = useAddress();
  return (
    <TextInput
      type="date"
      size="xs"
      label={say("as-at")}
      value={asked.asAt ? dayOf(asked.asAt) : ""}
      onChange={(event) => {
        const day = event.currentTarget.value;
        ask({ asAt: day === "" ? undefined : endOf(day) });
      }}
    />
  );
}

/** Says that the page shows the past, and the way back. */
export function AsAtNote(): ReactNode {
  const { say, date } = useTexts();
  const { asked, ask } = useAddress();
  if (!asked.asAt) return undefined;
  return (
    <Alert color="yellow" variant="light" role="note">
      {say("as-at.note", { day: date(dayOf(asked.asAt)) })}{" "}
      <Button size="compact-xs" variant="default" onClick={() => ask({ asAt: undefined })}>
        {say("as-at.back")}
      </Button>
    </Alert>
  );
}
