import { Button, Checkbox, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ChangeEvent, type ReactNode, useState } from "react";
import { call } from "../../api/client.ts";
import { newKey } from "../../api/key.ts";
import { useAddress } from "../../frame/address.ts";
import { Failure } from "../../frame/failure.tsx";
import { Page } from "../../parts/page.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useTexts } from "../../texts/texts.tsx";
import { Outcome } from "./outcome.tsx";

/** Larger files are mended where they were made. */
const MOST_EDITED_BYTES = 200_000;

/** The text of a file that a person can mend here; undefined for workbooks, for large ones and for other encodings than UTF-8. */
async function editable(file: File): Promise<string | undefined> {
  if (!/\.(csv|tsv|txt)$/i.test(file.name) || file.size > MOST_EDITED_BYTES) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return undefined;
  }
}

/** A table goes in whole or not at all: looked at first, with every issue on its row, then submitted. */
export default function Import(): ReactNode {
  const { say } = useTexts();
  const { asked, ask } = useAddress();
  const [file, setFile] = useState<File>();
  const [text, setText] = useState("");
  const [columns, setColumns] = useState<Readonly<Record<string, string>>>({});
  const [acceptWarnings, setAcceptWarnings] = useState(false);

  const begin = async (mode: "preview" | "submit", upload: string): Promise<string> => {
    const mapping = Object.keys(columns).length > 0 ? { mapping: { columns } } : {};
    const body = { upload, mode, acceptWarnings, ...mapping };
    return (await call("importUpload", { body: body as never, idempotencyKey: newKey() })).data.id;
  };
  const look = useMutation({
    mutationFn: async () => {
      const typed = text.trim() !== "";
      const name = file?.name ?? "pasted.csv";
      const bytes = typed || !file ? new Blob([text]) : file;
      const { upload } = (await call("upload", { query: { name }, file: bytes })).data;
      return { upload, job: await begin("preview", upload) };
    },
    onSuccess: ({ upload, job }) => ask({ upload, job, mode: "preview" }),
  });
  const submit = useMutation({
    mutationFn: () => begin("submit", asked.upload ?? ""),
    onSuccess: (job) => ask({ job, mode: "submit" }),
  });
  const choose = (event: ChangeEvent<HTMLInputElement>): void => {
    const chosen = event.currentTarget.files?.[0];
    if (!chosen) return;
    setFile(chosen);
    setColumns({});
    void editable(chosen).then((content) => setText(content ?? ""));
  };
  return (
    <Page title={say("page.import")} lead={say("import.lead")}>
      <Sheet title={say("import.source")}>
        <Stack gap="sm">
          <label className="file-choice">
            <span>{say("import.file")}</span>
            <input type="file" accept=".csv,.tsv,.txt,.xlsx" onChange={choose} />
          </label>
          <Textarea
            label={say("import.text")}
            description={say("import.text-note")}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autosize
            minRows={4}
            maxRows={16}
            classNames={{ input: "typed-table" }}
            wrap="off"
            spellCheck={false}
          />
          <Group>
            <Button loading={look.isPending} disabled={!file && text.trim() === ""} onClick={() => look.mutate()}>
              {say("import.look")}
            </Button>
            <Text size="sm" c="dimmed">
              {say("import.look-note")}
            </Text>
          </Group>
          {look.error ? <Failure error={look.error} /> : undefined}
        </Stack>
      </Sheet>
      {asked.job ? (
        <Outcome
          job={asked.job}
          submitted={asked.mode === "submit"}
          chosen={columns}
          onChoose={(column, field) => setColumns((before) => ({ ...before, [column]: field }))}
          submit={
            <Stack gap="xs">
              <Checkbox
                label={say("import.accept-warnings")}
                checked={acceptWarnings}
                onChange={(event) => setAcceptWarnings(event.currentTarget.checked)}
              />
              <Group>
                <Button loading={submit.isPending} onClick={() => submit.mutate()}>
                  {say("import.submit")}
                </Button>
              </Group>
              {submit.error ? <Failure error={submit.error} /> : undefined}
            </Stack>
          }
        />
      ) : undefined}
    </Page>
  );
}
