import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import {
  buildReport,
  createPdfRenderer,
  readReportFonts,
  renderHtml,
  type ReportDocument,
} from "../../../src/disclose/index.ts";
import { expectOk, LANGUAGES } from "../../../src/ground/issue/index.ts";
import { readPdf } from "../../disclose/read-pdf.ts";
import { sampleInputs, smallTemplate } from "../../disclose/sample.ts";

// What a whole report looks like, looked at by a person when it was accepted. To accept a change, run this file with
// CANDELA_ACCEPT_GOLDEN=1 and read the difference before committing it; under CI nothing is ever written.
const accepting = process.env.CANDELA_ACCEPT_GOLDEN === "1";
const folder = fileURLToPath(new URL("./demonstration/", import.meta.url));

function compare(name: string, actual: string): void {
  if (accepting) {
    if (process.env.CI) throw new Error("CI never writes what it compares with");
    writeFileSync(`${folder}${name}`, actual);
  }
  expect(actual).toBe(readFileSync(`${folder}${name}`, "utf8"));
}

const document: ReportDocument = expectOk(buildReport(smallTemplate, sampleInputs()));

it("builds the accepted document", () => {
  compare("expected.json", `${JSON.stringify(document, null, 1)}\n`);
});

it.each(LANGUAGES)("renders the accepted page in %s", (language) => {
  compare(
    `expected.${language}.html`,
    renderHtml(document, language)
      .replace(/<style>[^<]*<\/style>/, "<style></style>")
      .replace(/sha256-[A-Za-z0-9+/=]+/, "sha256-"),
  );
});

it("prints the accepted pages", async () => {
  const renderer = createPdfRenderer(await readReportFonts());
  for (const language of LANGUAGES) {
    const { pages } = readPdf(expectOk(renderer.render(document, language)).bytes);
    compare(
      `expected.${language}.txt`,
      `${pages.map((runs, index) => `-- ${index + 1}\n${runs.filter((run) => run !== ".").join("\n")}`).join("\n")}\n`,
    );
  }
});
