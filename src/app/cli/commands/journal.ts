import { type Command, Command as Group } from "commander";
import { formatHeads, heads, parseHeads, verifyJournal } from "../../../ground/journal/index.ts";
import type { Store } from "../../../ground/store/index.ts";
import { verifyContent } from "../../verify-content.ts";
import { VERIFIERS } from "../../workspace.ts";
import { EXIT, printIssues, renderIssues } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";

async function verifyCommand(options: CommonOptions & { against?: string }): Promise<void> {
  await inWorkspace(options, async ({ store }, terminal) => {
    const against = options.against === undefined ? undefined : orStop(parseHeads(options.against));
    const result = await verifyJournal<Store>(store, {
      verifiers: VERIFIERS,
      onProgress: terminal.progress,
      ...(against ? { against } : {}),
    });
    const evidence = await store.evidence.verify();
    const content = await verifyContent(store);
    const issues = [...result.issues, ...evidence.issues, ...content.issues];
    const head = formatHeads(result.heads);
    const counts = {
      events: result.events,
      streams: result.streams,
      rows: result.extraChecked,
      evidence: evidence.checked,
      content: content.checked,
    };
    if (terminal.json) {
      const rendered = await renderIssues(terminal, issues);
      terminal.out(JSON.stringify({ ok: issues.length === 0, head, checked: counts, issues: rendered }));
    } else {
      if (issues.length > 0) await printIssues(terminal, issues);
      terminal.out(
        terminal.say(issues.length === 0 ? "verify.fine" : "verify.issues", {
          events: String(counts.events),
          streams: String(counts.streams),
          rows: String(counts.rows),
          evidence: String(counts.evidence),
          issues: String(issues.length),
        }),
      );
      terminal.out(head);
    }
    return issues.length === 0 ? EXIT.fine : EXIT.findings;
  });
}

async function headCommand(options: CommonOptions): Promise<void> {
  await inWorkspace(options, async ({ store }, terminal) => {
    const head = formatHeads(
      await store.transaction((tx) => heads(tx), { isolation: "repeatable read", readOnly: true }),
    );
    terminal.out(terminal.json ? JSON.stringify({ head }) : head);
    return EXIT.fine;
  });
}

export function addJournalCommands(program: Command): void {
  const group = new Group("journal").description("the hash-chained log under everything");
  group.addCommand(
    command(
      "verify",
      "recompute every chain and every row's digest",
      "journal verify --against candela-head-1:12:5f0c…",
    )
      .option("--against <head>", "a head printed earlier: the journal up to it must still give it")
      .action(verifyCommand),
  );
  group.addCommand(
    command("head", "the journal up to now in one line, to be printed or kept elsewhere", "journal head").action(
      headCommand,
    ),
  );
  program.addCommand(group);
}
