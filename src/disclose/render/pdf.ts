import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import { fail, type Language, ok, type Result } from "../../ground/issue/index.ts";
import type { ReportDocument } from "../report/index.ts";
import { typstPayload } from "./typst-payload.ts";
import { TYPST_PROGRAM } from "./typst-program.ts";

export interface RenderedPdf {
  readonly bytes: Buffer;
  readonly pages: number;
}

/** Which promise the file makes: to screen readers (PDF/UA-1) or to archives (PDF/A-2a). Both are tagged. */
export type PdfPromise = "ua-1" | "a-2a";

function problem(error: unknown): Result<never> {
  const text = error instanceof Error ? error.message : typeof error === "string" ? error : JSON.stringify(error);
  const missing = [
    ...new Set([...text.matchAll(/the text `\\?"(.*?)\\?"` could not be displayed/g)].map((match) => match[1] ?? "")),
  ];
  if (missing.length > 0) return fail({ code: "REPORT-007", severity: "error", at: {}, actual: missing.join(" ") });
  return fail({ code: "REPORT-011", severity: "error", at: {}, actual: text.slice(0, 500) });
}

/** A typesetter with its fonts loaded; one serves many reports. */
export interface PdfRenderer {
  /**
   * One report in one language as a tagged PDF with its fonts embedded. The same document gives the same bytes.
   * @issues REPORT-007 a character that no font has; REPORT-011 the typesetter refused
   */
  render(document: ReportDocument, language: Language, promise?: PdfPromise): Result<RenderedPdf>;
}

/** @param fonts font files, see `readReportFonts` */
export function createPdfRenderer(fonts: readonly Buffer[]): PdfRenderer {
  const compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs: [...fonts] }] });
  return {
    render(document, language, promise = "ua-1") {
      const report = JSON.stringify(typstPayload(document, language));
      try {
        const compiled = compiler.compile({ mainFileContent: TYPST_PROGRAM, inputs: { report } });
        const laid = compiled.result;
        if (!laid) {
          const diagnostics = compiled.takeDiagnostics();
          return problem(diagnostics ? diagnostics.shortDiagnostics : "no result");
        }
        const bytes = compiler.pdf(laid, {
          pdfStandard: promise,
          creationTimestamp: Math.floor(Date.parse(document.meta.generatedAt) / 1000),
        });
        return ok({ bytes, pages: laid.numOfPages });
      } catch (error) {
        return problem(error);
      } finally {
        compiler.evictCache(0);
      }
    },
  };
}
