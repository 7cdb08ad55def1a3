export { renderHtml, REPORT_STYLE_HASH } from "./html.ts";
