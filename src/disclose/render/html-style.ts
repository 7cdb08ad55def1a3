const WIDTHS = Array.from({ length: 96 }, (_, index) => `.w${index + 5}{width:${index + 5}%}`).join("");
const DEPTHS = [1, 2, 3, 4, 5, 6, 7, 8]
  .map((depth) => `.d${depth}>:first-child{padding-inline-start:${0.6 + depth * 1.1}rem}`)
  .join("");

/** The one style sheet of a report; a constant, so that its hash can stand in a content security policy. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--paper:#fdfdfb;--ink:#1d2420;--soft:#5b6660;--line:#d9ded9;--band:#f1f4f0;--accent:#1f6f54;--good:#1f6f54;--warn:#8a5a00;--bad:#a5281b;--info:#2b5c8a}
@media (prefers-color-scheme:dark){:root{--paper:#151917;--ink:#e6ebe7;--soft:#a2ada6;--line:#343c37;--band:#1d2320;--accent:#7fcbab;--good:#7fcbab;--warn:#e2b25c;--bad:#f08c7e;--info:#8fbbe6}}
*{box-sizing:border-box}
html{font-size:16px;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font-family:"Noto Sans","Helvetica Neue",Arial,system-ui,sans-serif;line-height:1.65}
:lang(zh-Hant){font-family:"Noto Sans TC","PingFang HK","PingFang TC","Microsoft JhengHei","Noto Sans CJK TC","Noto Sans HK",system-ui,sans-serif}
:lang(zh-Hans){font-family:"Noto Sans SC","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif}
:lang(zh-Hant),:lang(zh-Hans){line-break:strict;word-break:normal;text-spacing-trim:trim-start}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem}
main,header.top,nav{max-width:64rem;margin:0 auto;padding:0 1.5rem}
header.top{padding-top:3.5rem;padding-bottom:1rem;border-bottom:2px solid var(--accent)}
header.top p{color:var(--soft);margin:0 0 .5rem;font-size:1.05rem}
h1{font-size:1.9rem;line-height:1.3;margin:0;font-weight:600;letter-spacing:.01em}
h2{font-size:1.35rem;line-height:1.35;margin:3.2rem 0 1rem;font-weight:600;border-bottom:1px solid var(--line);padding-bottom:.35rem}
h3{font-size:1.05rem;margin:2rem 0 .6rem;font-weight:600}
nav ul{list-style:none;margin:1.4rem 0 0;padding:0;columns:2;column-gap:2.5rem}nav li{break-inside:avoid;padding:.12rem 0}nav li.l2{padding-inline-start:1.1rem}
nav h2{border:0;margin:1.6rem 0 -.9rem;font-size:1rem;color:var(--soft)}
p{margin:.7rem 0;max-width:46rem}p.note{color:var(--soft)}
p.warning{border-inline-start:4px solid var(--bad);padding:.5rem .9rem;background:var(--band);max-width:none;font-weight:600}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:.18em}
.scroll{overflow-x:auto;margin:1.1rem 0 .4rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.5;table-layout:fixed}
table.figures,table.index,table.lineage{min-width:38rem}
caption{text-align:start;font-weight:600;padding:.3rem 0 .5rem;font-size:.95rem}
th,td{padding:.34rem .6rem;vertical-align:top;text-align:start;border-bottom:1px solid var(--line);overflow-wrap:break-word;font-weight:400}
thead th{font-weight:600;border-bottom:1.5px solid var(--ink);vertical-align:bottom}
th.end,td.end{text-align:end;font-variant-numeric:tabular-nums lining-nums}
tr.group>th{background:var(--band);font-weight:600}
tr.title>th{color:var(--soft);font-weight:600}
tr:target>*,td:target,section:target{background:color-mix(in srgb,var(--accent) 14%,transparent)}
${WIDTHS}${DEPTHS}
small{display:block;font-size:.8em;color:var(--soft);line-height:1.45}
.unit{font-size:.86em;color:var(--soft)}
data.figure{white-space:nowrap}
td.end data.figure a,td.start data.figure a{color:inherit;text-decoration-color:var(--line)}
td.end data.figure a:hover{color:var(--accent);text-decoration-color:currentColor}
.badge{display:inline-block;font-size:.76em;line-height:1.5;padding:0 .45em;border:1px solid currentColor;border-radius:.3em;white-space:nowrap;color:var(--info)}
td.end .badge{display:table;border-collapse:separate;margin-inline-start:auto}
.t-complete,.t-recomputed,.t-met{color:var(--good)}.t-consistent,.t-notice,.t-explained{color:var(--info)}
.t-partial,.t-preliminary,.t-warning,.t-partly,.t-reported-only{color:var(--warn)}.t-missing,.t-error,.t-unexplained,.t-open{color:var(--bad)}.t-not-in-force{color:var(--soft)}
ul.notes{margin:.1rem 0 .6rem;padding-inline-start:1.2rem;font-size:.82rem;color:var(--soft);max-width:60rem}ul.notes li{margin:.12rem 0}
p.notes{font-size:.82rem;font-weight:600;margin:.8rem 0 .1rem;color:var(--soft)}
article.card{border:1px solid var(--line);border-inline-start-width:4px;border-radius:.35rem;padding:.7rem 1.1rem .8rem;margin:1rem 0;break-inside:avoid}
article.card.t-error{border-inline-start-color:var(--bad)}article.card.t-warning{border-inline-start-color:var(--warn)}article.card.t-notice{border-inline-start-color:var(--info)}
article.card{color:var(--ink)}article.card h3{margin:.3rem 0 .5rem;max-width:none}
dl{display:grid;grid-template-columns:7.5rem 1fr;gap:.15rem 1rem;margin:.4rem 0 0;font-size:.88rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,monospace;font-size:.86em;overflow-wrap:anywhere}
footer{max-width:64rem;margin:4rem auto 0;padding:1rem 1.5rem 3rem;color:var(--soft);font-size:.8rem;border-top:1px solid var(--line)}
@media (max-width:40rem){nav ul{columns:1}dl{grid-template-columns:1fr}dt{margin-top:.3rem}}
@page{size:A4;margin:18mm 16mm}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--band:#f0f0f0;--accent:#000;--good:#0b4d38;--warn:#6b4500;--bad:#8a1c12;--info:#1d4265}
html{font-size:9.5pt}.skip{display:none}main,header.top,nav,footer{max-width:none;padding-inline:0}.scroll{overflow:visible}table{min-width:0}
thead{display:table-header-group}tr,article.card{break-inside:avoid}h2,h3,caption{break-after:avoid}a{color:inherit;text-decoration:none}}
`.trim();
