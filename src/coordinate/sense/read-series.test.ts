import { describe, expect, it } from "vitest";
import { expectOk } from "../../ground/issue/index.ts";
import { parseStamp, readSeries } from "./read-series.ts";

const read = (text: string, column = "1") => readSeries([{ name: "a.csv", text }], column);
const codes = (text: string, column = "1"): string[] => {
  const result = read(text, column);
  return result.ok ? result.value.notices.map((one) => one.code) : result.issues.map((one) => one.code);
};

describe("instants", () => {
  it.each([
    ["2024-01-01 00:00:00+00:00", 0, 0],
    ["2024-01-01T09:00:00+09:00", 0, 9],
    ["2023-12-31 18:00:00-06:00", 0, -6],
    ["2024-01-01 05:30+0530", 0, 5.5],
    ["2024-01-01", 0, undefined],
    ["2024-01-01T01:00Z", 1, 0],
  ])("reads %s", (text, hour, offset) => {
    expect(parseStamp(text)).toEqual({ ms: Date.UTC(2024, 0, 1, hour), offsetHours: offset });
  });
  it.each(["", "2024-02-30", "2024-13-01", "01/02/2024", "2024-01-01 24:30", "now"])("refuses %s", (text) => {
    expect(parseStamp(text)).toBeUndefined();
  });
});

describe("a series file", () => {
  it("takes a column by header, by index from 0, and by index from 1 where only that fits", () => {
    const text = "Datetime (UTC),zone,price\n2024-01-01 00:00,JP,5\n2024-01-01 01:00,JP,6\n";
    for (const column of ["price", "2", "3"]) expect([...expectOk(read(text, column)).series.values]).toEqual([5, 6]);
    expect(codes(text, "zone")).toEqual(["SERIES-004", "SERIES-004"]);
    expect(codes(text, "1")).toEqual(["SERIES-002"]);
    expect(codes(text, "9")).toEqual(["SERIES-002"]);
  });

  it("fills a gap from the day before, never from later, and says so", () => {
    const rows = Array.from({ length: 30 }, (_, i) =>
      `2024-01-0${1 + Math.floor(i / 24)} ${i % 24}`.replace(/ (\d)$/, " 0$1"),
    );
    const text = `t,v\n${rows.flatMap((at, i) => (i === 25 ? [] : [`${at}:00,${i}`])).join("\n")}`;
    const { series, notices } = expectOk(read(text));
    expect(series.values[25]).toBe(1);
    expect([...series.missing].indexOf(1)).toBe(25);
    expect(notices.map((one) => one.code)).toEqual(["SERIES-006", "SERIES-009"]);
  });

  it("joins files in any order, keeps the first of two different values, averages within an hour", () => {
    const one = { name: "b.csv", text: "t,v\n2024-01-01 02:00Z,3\n2024-01-01 02:30Z,5\n" };
    const other = { name: "a.csv", text: "t,v\n2024-01-01 00:00Z,1\n2024-01-01 01:00Z,2\n2024-01-01 01:00Z,9\n" };
    const { series, notices } = expectOk(readSeries([one, other], "v"));
    expect([...series.values]).toEqual([1, 2, 4]);
    expect(notices.map((notice) => notice.code)).toEqual(["SERIES-007", "SERIES-008"]);
  });

  it("follows the local clock through daylight saving", () => {
    const text =
      "Datetime (UTC),Datetime (Local),v\n2024-03-31 00:00+00:00,2024-03-31 01:00+01:00,1\n2024-03-31 01:00+00:00,2024-03-31 03:00+02:00,2\n";
    const { series, notices } = expectOk(read(text, "v"));
    expect([...series.offsetHours]).toEqual([1, 2]);
    expect(notices.map((one) => one.code)).toEqual(["SERIES-010"]);
  });

  it("tells every wrong row, and counts what it does not list", () => {
    const wrong = `t,v\n2024-01-01 00:00,1\n${"then,2\n".repeat(25)}`;
    expect(codes(wrong)).toEqual([...Array<string>(20).fill("SERIES-003"), "SERIES-005"]);
    expect(codes("t,v\n")).toEqual(["SERIES-001"]);
    expect(codes("")).toEqual(["SERIES-001"]);
  });

  it("reads tabs newest first with a footer, semicolons, and a file without a header", () => {
    const tabs =
      "name\ttimestamp\tpower\nnode5\t2024-01-01 02:00:00.000\t3\nnode5\t2024-01-01 01:00:00.000\t2\n\n(2 rows affected)\n\nCompletion time: 2024-01-02T10:35:47.01-04:00\n";
    for (const column of ["power", "2"]) {
      const { series, notices } = expectOk(read(tabs, column));
      expect([...series.values]).toEqual([2, 3]);
      expect(notices.map((one) => one.code)).toEqual(["SERIES-013", "SERIES-009"]);
    }
    expect([...expectOk(read("t;v\n2024/1/1 0:00;1.5\n2024/1/1 1:00;n/a\n", "v")).series.values]).toEqual([1.5]);
    expect([...expectOk(read("2024-01-01 00:00,1\n2024-01-01 01:00,2\n")).series.values]).toEqual([1, 2]);
    expect(codes("t,v\n2024-01-01 00:00,1\nthen,2\n")).toEqual(["SERIES-003"]);
  });
});
