/** What the number in a cell stands for, by its format. `scaled` shows thousands or millions although the number is whole. */
export type NumberForm = "number" | "day" | "month" | "year" | "moment" | "time" | "percent" | "scaled";

/** The formats that have a number and no code. 27–36 and 50–58 are dates in Chinese, Japanese and Korean editions. */
const BUILT_IN: Readonly<Record<number, NumberForm>> = {
  9: "percent",
  10: "percent",
  14: "day",
  15: "day",
  16: "day",
  17: "month",
  18: "time",
  19: "time",
  20: "time",
  21: "time",
  22: "moment",
  27: "month",
  28: "day",
  29: "day",
  30: "day",
  31: "day",
  32: "time",
  33: "time",
  34: "time",
  35: "time",
  36: "month",
  45: "time",
  46: "time",
  47: "time",
  50: "month",
  51: "day",
  52: "month",
  53: "day",
  54: "day",
  55: "month",
  56: "day",
  57: "month",
  58: "day",
};

/** What a number format makes of a number. @param code the custom format, if it is one */
export function numberForm(id: number, code: string | undefined): NumberForm {
  if (code === undefined) return BUILT_IN[id] ?? "number";
  const plain = (code.split(";")[0] ?? "")
    .replace(/"[^"]*"/g, "")
    .replace(/\\./g, "")
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, "")
    .replace(/[_*]./g, "")
    .toLowerCase();
  if (/general|standard|g\/通用/.test(plain)) return "number";
  const [year, day, hour, second] = [/[ye]/.test(plain), /d/.test(plain), /h/.test(plain), /s/.test(plain)];
  // An m is a month beside a year or a day, and minutes beside hours or seconds.
  const month = /m/.test(plain) && (year || day || !(hour || second));
  if ((year || month || day) && (hour || second)) return "moment";
  if (day) return "day";
  if (month) return "month";
  if (year) return /0/.test(plain) ? "number" : "year";
  if (hour || second) return "time";
  if (plain.includes("%")) return "percent";
  return /[0#?],+(?:[^0#?]|$)/.test(plain) ? "scaled" : "number";
}

const DAYS_TO_1970 = 25_569;
const DAYS_1904 = 1462;

/**
 * The number of a cell as text.
 * @param raw   as the file has it; a float with up to 17 digits, of which a spreadsheet shows 15
 */
export function cellText(raw: string, form: NumberForm, from1904: boolean): string {
  if (form === "number" || form === "scaled" || form === "time") return plainNumber(raw);
  const number = Number(raw);
  if (!Number.isFinite(number)) return raw;
  if (form === "percent") return `${plainNumber(String(number * 100))}%`;
  // Below 61 the calendar of spreadsheets has a day that never was; no table of ours is that old.
  if (number < 61 || number > 2_958_466) return plainNumber(raw);
  const serial = number + (from1904 ? DAYS_1904 : 0);
  const seconds = Math.round((serial - DAYS_TO_1970) * 86_400);
  const text = new Date(seconds * 1000).toISOString();
  if (form === "year") return text.slice(0, 4);
  if (form === "month" && text.slice(8, 10) === "01") return text.slice(0, 7);
  const time = text.slice(11, 19);
  if (time === "00:00:00") return text.slice(0, 10);
  return `${text.slice(0, 10)}T${time.endsWith(":00") ? time.slice(0, 5) : time}`;
}

/** The digits that a spreadsheet shows, without exponent: `0.30000000000000004` is 0.3. */
export function plainNumber(raw: string): string {
  // Up to 15 digits a float gives back the digits it was made of.
  if (raw.length <= 15 && /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/.test(raw)) return raw;
  const number = Number(raw);
  if (raw.trim() === "" || !Number.isFinite(number)) return raw;
  const [mantissa = "0", exponent = "0"] = number.toExponential(14).split("e");
  const negative = mantissa.startsWith("-");
  const digits = mantissa.replace(/[-.]/g, "").replace(/0+$/, "");
  if (digits === "") return "0";
  const point = Number(exponent) + 1;
  if (point > 40 || point < -40) return raw;
  let text: string;
  if (point <= 0) text = `0.${"0".repeat(-point)}${digits}`;
  else if (digits.length <= point) text = digits + "0".repeat(point - digits.length);
  else text = `${digits.slice(0, point)}.${digits.slice(point)}`;
  return negative ? `-${text}` : text;
}
