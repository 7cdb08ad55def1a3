import iconv from "iconv-lite";
import { expect, it } from "vitest";
import { importBytes, short } from "../../src/measure/ledger/import/import-for-tests.ts";

const HANT = `活動類型,站點,月份,用電量,單位,數據基礎,佐證,備註
外購電力,上海臨港,2025年1月,12.5,兆瓦時,實測,單據一,深水埗鰂魚涌機房
外購電力,上海臨港,2025年2月,13.5,萬度,估算,單據二,暫估
`;
const HANS = `活动类型,站点,月份,用电量,单位,数据基础,佐证,备注
外购电力,上海临港,2025年1月,12.5,兆瓦时,实测,单据一,机房
外购电力,上海临港,2025年2月,13.5,万度,估算,单据二,暂估
`;
const bom = (mark: string, body: Buffer): Buffer => Buffer.concat([Buffer.from(mark, "hex"), body]);

const GOOD: readonly [string, Buffer][] = [
  ["UTF-8", Buffer.from(HANT)],
  ["UTF-8 with a mark", bom("efbbbf", Buffer.from(HANT))],
  ["UTF-16 LE with a mark", bom("fffe", iconv.encode(HANT, "utf-16le"))],
  ["UTF-16 BE with a mark", bom("feff", iconv.encode(HANT, "utf-16be"))],
  ["UTF-16 LE without", iconv.encode(HANT, "utf-16le")],
  ["UTF-16 BE without", iconv.encode(HANT, "utf-16be")],
  ["Big5", iconv.encode(HANT, "big5")],
  ["Big5 with CRLF", iconv.encode(HANT.replaceAll("\n", "\r\n"), "big5")],
  ["GB18030 of Traditional characters", iconv.encode(HANT, "gb18030")],
  ["GB18030", iconv.encode(HANS, "gb18030")],
];

it.each(GOOD)("detects %s, in pieces of any size", async (_, bytes) => {
  const expected = bytes.equals(iconv.encode(HANS, "gb18030")) ? HANS : HANT;
  const wanted = (await importBytes(expected)).rows;
  expect(wanted).toHaveLength(2);
  for (const pieces of [1, 3, 7, 64, 1 << 18]) {
    const { rows, issues } = await importBytes(bytes, { pieces });
    expect(issues.map(short)).toEqual([]);
    expect(rows).toEqual(wanted);
  }
});

it("keeps the characters of the Hong Kong supplement", async () => {
  const { rows } = await importBytes(iconv.encode(HANT, "big5"));
  expect(rows[0]?.note).toBe("深水埗鰂魚涌機房");
});

it.each(["big5", "gb18030", "utf-8"] as const)(
  "decides by the first other byte, however late: %s",
  async (encoding) => {
    const rows = Array.from({ length: 20_000 }, (_, index) => {
      const start = new Date(Date.UTC(2023, 0, 1) + index * 3_600_000).toISOString().slice(0, 16);
      const end = new Date(Date.UTC(2023, 0, 1) + (index + 1) * 3_600_000).toISOString().slice(0, 16);
      return `electricity.purchased,lingang,${start},${end},5,MWh,measured,\n`;
    });
    const text = `activity,site,start,end,amount,unit,basis,note\n${rows.join("")}electricity.purchased,lingang,2025-12-31T22:00,2025-12-31T23:00,5,MWh,measured,暫估用電量\n`;
    const { rows: read, issues } = await importBytes(iconv.encode(text, encoding));
    expect(issues.map(short)).toEqual([]);
    expect(read.at(-1)?.note).toBe("暫估用電量");
  },
);

it("asks which one where two encodings read equally well", async () => {
  // 安徽 in GB18030 and 假閣 in Big5 are the same bytes; neither is a word of ours.
  const { issues } = await importBytes(
    Buffer.concat([
      Buffer.from("activity,site,period,amount,unit,basis,note\n"),
      Buffer.from("electricity.purchased,lingang,2025-01,1,MWh,measured,"),
      Buffer.from("b0b2bbd5", "hex"),
      Buffer.from("\n"),
    ]),
  );
  expect(issues.map(short)).toEqual(["IMPORT-004"]);
  expect(issues[0]?.values?.candidates).toContain("gb18030");
  expect(issues[0]?.values?.candidates).toContain("big5");
});

it("takes the encoding that is named", async () => {
  const bytes = iconv.encode(HANT, "big5");
  expect((await importBytes(bytes, { encoding: "big5" })).rows).toHaveLength(2);
  const wrong = await importBytes(bytes, { encoding: "utf-8" });
  expect(wrong.issues.map(({ code }) => code)).toContain("IMPORT-003");
  expect(wrong.outcome?.accepted ?? false).toBe(false);
  const latin = Buffer.concat([
    Buffer.from("activity,site,period,amount,unit,basis\nelectricity.purchased,lingang,2025-01,1,m"),
    Buffer.from([0xb3]),
    Buffer.from(",measured\n"),
  ]);
  expect((await importBytes(latin, { encoding: "windows-1252" })).issues.map(short)).toEqual(["IMPORT-045 2 unit"]);
  expect((await importBytes(latin)).issues.map(short)).toContain("IMPORT-003 line 2");
});

it("refuses a file with a damaged character even when good rows are welcome", async () => {
  const bytes = Buffer.concat([
    Buffer.from(HANT),
    Buffer.from("外購電力,上海臨港,2025年3月,1,兆瓦時,實測,單據三,"),
    Buffer.from([0xe6, 0xb0]),
    Buffer.from("\n"),
  ]);
  const { rows, outcome } = await importBytes(bytes, { acceptValid: true });
  expect(rows).toEqual([]);
  expect(outcome?.accepted).toBe(false);
});
