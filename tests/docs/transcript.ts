import { type Fence, fencesOf, infoOf, type Page } from "./pages.ts";

/** What a page makes a reader do, in order: put a text into a file, or run a command and look at what it prints. */
export type Step =
  | { readonly kind: "file"; readonly line: number; readonly file: string; readonly text: string }
  | {
      readonly kind: "command";
      readonly line: number;
      readonly command: string;
      /** Lines that it prints; `…` stands for anything in a line, alone in a line for any number of lines. Undefined when none are shown. */
      readonly expected: readonly string[] | undefined;
      readonly exit: number;
    };

const SHELLS = new Set(["sh", "bash", "shell", "console"]);

function commandsOf(fence: Fence, path: string): Step[] {
  const steps: { line: number; command: string; expected: string[] }[] = [];
  let continued = false;
  for (const [index, line] of fence.lines.entries()) {
    const last = steps.at(-1);
    if (continued && last) last.command += ` ${line.trim()}`;
    else if (line.startsWith("$ ")) steps.push({ line: fence.line + index + 1, command: line.slice(2), expected: [] });
    else if (last) last.expected.push(line);
    else throw new Error(`${path}:${fence.line}: a shell block begins with "$ " and a command`);
    const current = steps.at(-1);
    continued = current !== undefined && (line.startsWith("$ ") || continued) && current.command.endsWith("\\");
    if (continued && current) current.command = current.command.slice(0, -1).trimEnd();
  }
  const exit = Number(infoOf(fence)["exit"] ?? "0");
  return steps.map(({ line, command, expected }, index) => {
    while (expected.at(-1) === "") expected.pop();
    return {
      kind: "command",
      line,
      command,
      expected: expected.length > 0 ? expected : undefined,
      // `exit=1` on a block speaks of its last command.
      exit: index === steps.length - 1 ? exit : 0,
    };
  });
}

/** The steps of a page. */
export function stepsOf(page: Page): Step[] {
  return fencesOf(page).flatMap((fence): Step[] => {
    const { file } = infoOf(fence);
    if (file !== undefined) return [{ kind: "file", line: fence.line, file, text: `${fence.lines.join("\n")}\n` }];
    return SHELLS.has(fence.language) ? commandsOf(fence, page.path) : [];
  });
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const patternOf = (lines: readonly string[]): string =>
  lines
    .map((line) => (line.trim() === "…" ? "(?:.*\n)*?" : `${line.trimEnd().split("…").map(escape).join(".*")}\n`))
    .join("");

/** The first line of a page that what was printed does not bear out, with what stands there instead; undefined when all is as shown. */
export function difference(expected: readonly string[], printed: readonly string[]): string | undefined {
  const text = printed.map((line) => `${line.trimEnd()}\n`).join("");
  if (new RegExp(`^${patternOf(expected)}$`).test(text)) return undefined;
  for (let kept = expected.length; kept >= 0; kept -= 1) {
    const begins = new RegExp(`^${patternOf(expected.slice(0, kept))}`).exec(text);
    if (!begins) continue;
    const at = begins[0].split("\n").length - 1;
    const rest = printed.slice(at, at + 8).join("\n") || "(nothing more)";
    return `shown: ${expected[kept] ?? "(nothing more)"}\nprinted: ${rest}`;
  }
  return "nothing of it is printed";
}
