export { renderHtml, REPORT_STYLE_HASH } from "./html.ts";
export { createPdfRenderer, type PdfPromise, type PdfRenderer, type RenderedPdf } from "./pdf.ts";
export { readReportFonts } from "./report-fonts.ts";
