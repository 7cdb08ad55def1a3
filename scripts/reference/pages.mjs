import { apiPage } from "./api.mjs";
import { commandsOf, environmentReads, helpOf, loadCode } from "./code.mjs";
import { documents, headComment, items, threeTitles } from "./content.mjs";
import { code, codes, count, page, table } from "./markdown.mjs";
import { sitePage } from "./site.mjs";

/** What each environment variable does; one that the code reads and that is not here stops the generator. */
const ENVIRONMENT = {
  CANDELA_DATA: ["folder of the store, where `--data` does not name one", "`./data`"],
  CANDELA_DATABASE_URL: [
    "`postgres://user@host/database` of a PostgreSQL 15 or later, in place of the embedded one ([how](../start/external-postgresql.md))",
    "the embedded server",
  ],
  CANDELA_MAIL_FROM: ["sender of invitations, `Candela <candela@example.com>`", "no mail"],
  CANDELA_OIDC_CLIENT_ID: [
    "by what name the sign-in provider knows Candela ([how](../guides/server.md#sign-in-at-a-provider))",
    "no provider",
  ],
  CANDELA_OIDC_CLIENT_SECRET: ["the secret that goes with it", "a public client, which PKCE alone proves"],
  CANDELA_OIDC_ISSUER: ["https address of the OpenID provider by which people sign in", "no provider"],
  CANDELA_OIDC_NAME: ["what the button on the sign-in page calls it", "its host"],
  CANDELA_PUBLIC_URL: [
    "how people reach the server, where `--public-url` does not say ([how](../guides/server.md))",
    "this machine alone",
  ],
  CANDELA_SMTP_URL: [
    "`smtps://user:password@host` of the mail server that takes invitations ([how](../guides/server.md#mail))",
    "no mail: links are handed over",
  ],
  LANG: [
    "language of the terminal's texts where `LC_ALL` is not set: `zh_HK` and `zh_TW` give zh-Hant, other `zh` zh-Hans",
    "English",
  ],
  LC_ALL: ["as `LANG`, and before it; `--lang` comes before both", "`LANG`"],
  PORT: ["port of `candela start`, where `--port` does not name one", "`4180`"],
  XDG_RUNTIME_DIR: [
    "where the embedded server's socket goes when the data folder's path is too long for one",
    "the temporary folder",
  ],
};

const COMMON = new Set(["--data", "--json", "--as", "--lang"]);

function commands(program) {
  const list = commandsOf(program);
  const options = (command, common) =>
    command.options
      .filter((option) => COMMON.has(option.long) === common)
      .map((option) => [
        code(option.flags),
        option.mandatory ? `${option.description} (required)` : option.description,
        typeof option.defaultValue === "string" ? code(option.defaultValue) : "",
      ]);
  const sections = list.map(({ name, command }) => {
    const usage = ["candela", name, ...command.registeredArguments.map((argument) => `<${argument.name()}>`)].join(" ");
    const example = helpOf(command).match(/\$ (candela .*)/)?.[1];
    if (!example) throw new Error(`candela ${name} has no example in its help`);
    const own = options(command, false);
    return [
      `## candela ${name}`,
      `${command.description()[0].toUpperCase()}${command.description().slice(1)}.`,
      `\`\`\`text\n${usage} [options]\n\nfor example\n${example}\n\`\`\``,
      ...(command.registeredArguments.length > 0
        ? [
            table(
              ["argument", "meaning"],
              command.registeredArguments.map((one) => [code(one.name()), one.description]),
            ),
          ]
        : []),
      ...(own.length > 0 ? [table(["option", "meaning", "default"], own)] : []),
    ].join("\n\n");
  });
  return page(
    "Command line",
    `${count(list.length, "command")}. Every command also takes the options of the first table and prints its own help by \`--help\`. Results go to standard output; issues and progress go to standard error. Exit codes: 0 fine, 1 findings, 2 wrong usage, 3 failure.`,
    table(["option", "meaning", "default"], options(list[0].command, true)),
    ...sections,
  );
}

function indicators() {
  const all = items("indicators");
  const methods = all.filter((one) => one.methods?.length > 0);
  return page(
    "Indicators",
    `${count(all.length, "indicator")}. Values are shown in the unit and to the decimals given; formulas name [activities](activities.md) and kinds of [factors](factors.md) ([how to read them](../guides/write-an-indicator.md)).`,
    table(
      ["id", "title", "unit", "decimals", "may be broken down by", "formula", "answers"],
      all.map((one) => [
        code(one.id),
        threeTitles(one),
        code(one.unit),
        one.precision,
        (one.dimensions ?? []).join(", "),
        code(one.formula),
        (one.standards ?? []).join(", "),
      ]),
    ),
    "## Methods",
    "A method in italics is the default. Another one is used by `--method` for one question, or by pinning it.",
    table(
      ["indicator", "method", "title", "formula"],
      methods.flatMap((one) => [
        [code(one.id), { code: `*${one.method?.id ?? "default"}*` }, one.method?.title.en ?? "", code(one.formula)],
        ...one.methods.map((other) => [code(one.id), code(other.id), other.title.en, code(other.formula)]),
      ]),
    ),
  );
}

function activities() {
  const all = items("activities");
  return page(
    "Activities",
    `${count(all.length, "type")} of activity record. A *flow* adds up over time; a *stock* stands at a moment. Amounts are entered in any unit of the same dimension as the one shown ([units](units.md)). A record carries exactly one of the dimensions marked as alternative cuts. A flow is *occasional* where a time without records is no gap.`,
    table(
      ["id", "title", "unit", "kind", "dimensions and their members", "least", "other units counted at"],
      all.map((one) => [
        code(one.id),
        threeTitles(one),
        code(one.unit),
        `${one.measure}${one.occurrence === "occasional" ? ", occasional" : ""}`,
        Object.entries(one.dimensions ?? {})
          .map(([name, members]) => `${name}${one.cuts?.includes(name) ? " (cut)" : ""}: ${members.join(", ")}`)
          .join("; "),
        one.minimum ?? "",
        (one.conversions ?? []).map(({ at }) => at).join("; "),
      ]),
    ),
  );
}

function factors() {
  const files = documents("factors");
  const all = files.flatMap(({ value }) => value);
  const verified = all.filter((one) => one.status === "verified").length;
  return page(
    "Factors",
    `${count(all.length, "factor")}, ${verified} of them verified. A verified factor says what was read; an unverified one serves only where it is pinned, and shows in every value that it enters ([factors and pins](../concepts/factors.md)).`,
    ...files.flatMap(({ name, value }) => [
      `## ${name}`,
      headComment("factors", name),
      table(
        ["id", "kind", "value", "region", "describes", "set", "status", "source", "what was read"],
        value.map((one) => [
          code(one.id),
          code(one.kind),
          code(`${one.value} ${one.unit}`),
          one.region ?? "GLOBAL",
          one.valid ? `${one.valid.from} – ${one.valid.to ?? ""}` : "",
          code(one.set),
          one.status,
          `${one.source.publisher}, ${one.source.title}, ${one.source.locator}`,
          one.read?.what ?? "",
        ]),
      ),
    ]),
  );
}

function units() {
  const all = items("units");
  const dimensions = [...new Set(all.map((one) => one.dimension))];
  return page(
    "Units",
    `${count(all.length, "unit")} in ${count(dimensions.length, "dimension")}. Products, powers and ratios of any of them are understood (\`tCO2e/百萬元\`, \`kg/(h*m2)\`), and so are scale words (萬, 百萬, 億, thousand, million). *Times base* says how many base units one of it is, exactly.`,
    ...dimensions.flatMap((dimension) => [
      `## ${dimension}`,
      table(
        ["id", "symbols", "times base", "also written", "asked back"],
        all
          .filter((one) => one.dimension === dimension)
          .map((one) => [
            code(one.id),
            [...new Set([one.symbol.en, one.symbol["zh-Hant"], one.symbol["zh-Hans"]])].join(" · "),
            code(one.factor),
            one.spellings.join(", "),
            (one.ambiguous ?? []).join(", "),
          ]),
      ),
    ]),
  );
}

function checks(rules) {
  const texts = new Map(documents("locales/issues").flatMap(({ value }) => Object.entries(value)));
  const declared = documents("checks");
  const names = rules.flatMap((rule) => rule.codes);
  return page(
    "Checks",
    `${count(rules.length, "rule")} raise ${count(new Set(names).size, "kind")} of finding. No rule knows a company: what it compares comes from the formulas of the [indicators](indicators.md), from the relations below and from what an issuer says in its texts ([how to write a relation](../guides/write-a-check.md)).`,
    table(
      ["rule", "finding", "what it says", "what to do"],
      rules.flatMap((rule) =>
        rule.codes.map((one) => [code(rule.id), code(one), texts.get(one).message.en, texts.get(one).remedy.en]),
      ),
    ),
    "## Relations that are shipped",
    ...declared.flatMap(({ name, value }) => [
      `### ${name}`,
      table(
        ["id", "kind", "about"],
        value.map(({ id, kind, title, note: _note, ...rest }) => [
          code(id),
          code(kind),
          title?.en ?? code(JSON.stringify(rest).replaceAll('"', "")),
        ]),
      ),
    ]),
  );
}

const LANGUAGE_PAGES = {
  en: ["issues.md", "Issues", "code", "message", "remedy"],
  "zh-Hant": ["issues.zh-Hant.md", "問題代碼", "代碼", "說明", "處理方法"],
  "zh-Hans": ["issues.zh-Hans.md", "问题代码", "代码", "说明", "处理方法"],
};

function issues(language) {
  const [, title, ...head] = LANGUAGE_PAGES[language];
  const files = documents("locales/issues");
  const total = files.reduce((sum, { value }) => sum + Object.keys(value).length, 0);
  const others = Object.entries(LANGUAGE_PAGES).filter(([other]) => other !== language);
  const leads = {
    en: `${total} codes. A code is stable; \`{…}\` stands for what the case fills in. Codes without a number are findings of the checks, their causes and their words.`,
    "zh-Hant": `共 ${total} 個代碼。代碼固定不變；\`{…}\` 處填入個案內容。沒有編號的代碼是檢查發現、其原因及用詞。`,
    "zh-Hans": `共 ${total} 个代码。代码固定不变；\`{…}\` 处填入个案内容。没有编号的代码是检查发现、其原因及用词。`,
  };
  return page(
    title,
    leads[language],
    others.map(([, [file, name]]) => `[${name}](${file})`).join(" · "),
    ...files.flatMap(({ name, value }) => [
      `## ${name}`,
      table(
        head,
        Object.entries(value).map(([id, texts]) => [code(id), texts.message[language], texts.remedy[language]]),
      ),
    ]),
  );
}

function standards() {
  const files = documents("standards").map(({ value }) => value);
  return page(
    "Standards",
    `${count(files.length, "standard")}. Titles of requirements are our own words; the standards themselves belong to those who issue them.`,
    ...files.flatMap((standard) => [
      `## ${standard.id}`,
      `${standard.title.en} (${standard.title["zh-Hant"]}), ${standard.edition}. ${headComment("standards", standard.id)}`,
      table(
        ["requirement", "title", "kind", "answered by"],
        standard.requirements.map((one) => [code(one.id), threeTitles(one), one.kind, codes(one.answeredBy ?? [])]),
      ),
    ]),
  );
}

function environment() {
  const read = environmentReads();
  const told = Object.keys(ENVIRONMENT).sort();
  const untold = read.filter(({ name }) => !told.includes(name)).map(({ name }) => name);
  const unread = told.filter((name) => !read.some((one) => one.name === name));
  if (untold.length + unread.length > 0)
    throw new Error(
      `environment variables without a description: ${untold.join(", ")}; described and never read: ${unread.join(", ")}`,
    );
  return page(
    "Environment variables",
    `${count(read.length, "variable")}. Options of the command line come before them.`,
    table(
      ["variable", "meaning", "without it", "read in"],
      read.map(({ name, files }) => [
        code(name),
        { code: ENVIRONMENT[name][0] },
        { code: ENVIRONMENT[name][1] },
        codes(files),
      ]),
    ),
  );
}

/** Every page of the reference by its file name. */
export async function referencePages() {
  const { createProgram, ALL_RULES, OPERATIONS, openApiDocument } = await loadCode();
  const pages = new Map([
    ["commands.md", commands(createProgram())],
    ["api.md", apiPage(openApiDocument(OPERATIONS))],
    ["indicators.md", indicators()],
    ["activities.md", activities()],
    ["factors.md", factors()],
    ["units.md", units()],
    ["checks.md", checks(ALL_RULES)],
    ["standards.md", standards()],
    ["site.md", sitePage()],
    ["environment.md", environment()],
    ...Object.entries(LANGUAGE_PAGES).map(([language, [file]]) => [file, issues(language)]),
  ]);
  const index = [...pages].map(([file, text]) => `- [${text.match(/^# (.*)$/m)[1]}](${file})`);
  pages.set(
    "README.md",
    page("Reference", "Made from the code and the content, so that it says what the program does.", index.join("\n")),
  );
  return pages;
}
