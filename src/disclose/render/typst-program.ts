/**
 * The whole layout of a printed report, as one constant program. The report itself comes in as data and every text of it
 * is set as a string value, never as markup: no text can be read as a command.
 */
export const TYPST_PROGRAM = String.raw`
#let d = json(bytes(sys.inputs.report))
#let ink = rgb("#1d2420")
#let soft = rgb("#56605a")
#let line-colour = rgb("#cfd6d0")
#let band = rgb("#eef2ee")
#let accent = rgb("#1f6f54")
#let tones = (good: rgb("#1f6f54"), info: rgb("#2b5c8a"), warn: rgb("#8a5a00"), bad: rgb("#a5281b"), soft: soft)
#let body-size = 9.5pt
#let table-size = 8pt

#set document(title: d.full-title, author: d.entity, date: datetime(year: d.date.at(0), month: d.date.at(1), day: d.date.at(2)))
#set text(font: d.fonts, lang: d.lang, region: d.region, size: body-size, fill: ink, fallback: false, number-type: "lining")
#set par(leading: 0.72em, spacing: 1.05em, linebreaks: "optimized")
#set page(
  paper: "a4",
  margin: (top: 24mm, bottom: 22mm, x: 18mm),
  header: context if counter(page).get().first() > 1 {
    set text(size: 7.5pt, fill: soft)
    block(width: 100%, stroke: (bottom: 0.4pt + line-colour), inset: (bottom: 4pt), d.full-title)
  },
  footer: context {
    set text(size: 7.5pt, fill: soft)
    let page-text = d.page.replace("{page}", str(counter(page).get().first())).replace("{pages}", str(counter(page).final().first()))
    grid(columns: (1fr, auto), column-gutter: 8mm, d.footer, page-text)
  },
)

// Small figures that the faces lack are set as real sub- and superscripts.
#show regex("[₀-₉]+"): it => sub(typographic: false, it.text.clusters().map(c => str("₀₁₂₃₄₅₆₇₈₉".clusters().position(x => x == c))).join())
#show regex("[⁰¹²³⁴⁵⁶⁷⁸⁹]+"): it => super(typographic: false, it.text.clusters().map(c => str("⁰¹²³⁴⁵⁶⁷⁸⁹".clusters().position(x => x == c))).join())

#set heading(numbering: none)
#show heading: set block(sticky: true)
#show heading.where(level: 1): it => block(above: 9mm, below: 4mm, width: 100%, stroke: (bottom: 0.6pt + accent), inset: (bottom: 3pt), sticky: true, text(size: 14pt, weight: "bold", it.body))
#show heading.where(level: 2): it => block(above: 6mm, below: 3mm, sticky: true, text(size: 10.5pt, weight: "bold", it.body))
#show link: it => text(fill: accent, it)
#show raw: set text(font: d.fonts, size: 1.05em)
#show figure: set block(breakable: true)
#show figure: set align(start)
#show figure.caption: it => block(sticky: true, width: 100%, inset: (bottom: 2pt), align(start, text(size: 9pt, weight: "bold", it.body)))
#set figure(gap: 1.5mm, numbering: none, supplement: none)
#set figure.caption(position: top, separator: none)

#let inline(x) = {
  if x.k == "t" { x.v }
  else if x.k == "f" { if x.a == none { x.v } else { link(label(x.a), text(fill: ink, x.v)) } }
  else if x.k == "l" {
    link(label(x.a), x.v)
    if x.page { context text(fill: soft, " " + d.on-page.replace("{page}", str(counter(page).at(label(x.a)).first()))) }
  }
  else { raw(x.v) }
}
#let inlines(xs) = xs.map(inline).join()
#let anchored(a) = if a != none [#metadata(none)#label(a)]
#let badge(b) = box(stroke: 0.5pt + tones.at(b.tone), radius: 1.5pt, inset: (x: 2.5pt), outset: (y: 1.8pt), text(size: 0.82em, fill: tones.at(b.tone), b.v))

#let cell-body(c, end) = {
  anchored(c.anchor)
  inlines(c.content)
  if c.badge != none {
    if c.content.len() > 0 { if end { linebreak() } else { h(4pt) } }
    badge(c.badge)
  }
  if c.detail.len() > 0 {
    linebreak()
    text(size: 0.86em, fill: soft, inlines(c.detail))
  }
}

#let draw-table(t) = {
  let n = t.columns.len()
  let aligns = t.columns.map(c => if c.end { end + top } else { start + top })
  let cells = ()
  for g in t.groups {
    // A title is a header of the rows below it: it never stands alone at the foot of a page and returns at the head of the next.
    if g.title != none { cells.push(table.header(level: 2, table.cell(colspan: n, fill: band, align: start, text(weight: "bold", g.title)))) }
    for r in g.rows {
      let made = ()
      for (i, c) in r.cells.enumerate() {
        let end = c.span == 1 and t.columns.at(i).end
        let body = if i == 0 { pad(left: r.depth * 3mm, { anchored(r.anchor); if r.title { text(fill: soft, weight: "bold", cell-body(c, end)) } else { cell-body(c, end) } }) } else { cell-body(c, end) }
        made.push(table.cell(colspan: c.span, breakable: false, align: if c.span > 1 { start + top } else { aligns.at(i) }, body))
      }
      if r.title { cells.push(table.header(level: 3, repeat: false, ..made)) } else { cells += made }
    }
  }
  show table.cell.where(y: 0): set text(weight: "bold")
  set text(size: table-size)
  set par(leading: 0.55em, spacing: 0.6em, linebreaks: "simple")
  [#figure(
    kind: table,
    caption: t.caption,
    table(
      columns: t.columns.map(c => c.width * 1fr),
      align: (x, y) => aligns.at(x),
      inset: (x: 3pt, y: 3.2pt),
      stroke: (x, y) => if y == 0 { (bottom: 0.7pt + ink) } else { (bottom: 0.3pt + line-colour) },
      table.header(..t.columns.map(c => c.title)),
      ..cells,
    ),
  ) #label(t.anchor)]
}

#let card(c) = block(
  breakable: false, width: 100%, above: 3.5mm, below: 3.5mm, inset: (left: 4mm, rest: 2.6mm), stroke: (left: 2pt + tones.at(c.badge.tone), rest: 0.3pt + line-colour),
  {
    anchored(c.anchor)
    badge(c.badge)
    h(5pt)
    text(size: 9pt, weight: "bold", inlines(c.title))
    set text(size: 8.3pt)
    set par(leading: 0.6em)
    v(0.5mm)
    grid(columns: (22mm, 1fr), row-gutter: 1.9mm, column-gutter: 3mm, ..c.fields.map(f => (text(fill: soft, f.label), inlines(f.value))).flatten())
  },
)

#let draw(b) = {
  if b.kind == "heading" [#heading(level: b.level, b.text) #label(b.anchor)]
  else if b.kind == "paragraph" {
    if b.tone == "warning" { block(width: 100%, fill: band, stroke: (left: 2.5pt + tones.bad), inset: 3mm, text(weight: "bold", inlines(b.text))) }
    else if b.tone == "note" { block(sticky: true, text(fill: soft, inlines(b.text))) }
    else { par(inlines(b.text)) }
  }
  else if b.kind == "list" {
    set text(size: 7.6pt, fill: soft)
    set par(leading: 0.6em)
    if b.title != none { block(above: 3mm, below: 1.6mm, sticky: true, text(weight: "bold", b.title)) }
    list(indent: 0pt, body-indent: 1.5mm, spacing: 1.5mm, ..b.items.map(inlines))
  }
  else if b.kind == "table" { v(1mm); draw-table(b); v(2mm) }
  else { for c in b.cards { card(c) } }
}

#v(38mm)
#block(width: 100%, stroke: (bottom: 1.2pt + accent), inset: (bottom: 5mm), {
  set par(leading: 0.5em)
  block(below: 5mm, text(size: 13pt, fill: soft, d.entity))
  text(size: 22pt, weight: "bold", d.title)
})
#for b in d.cover { draw(b) }
#v(12mm)
#{
  set text(size: 9.5pt)
  outline(title: text(size: 11pt, d.contents), depth: 2, indent: 5mm)
}
#pagebreak()
#for b in d.blocks { draw(b) }
`;
