/** Thrown inside the XLSX reader when a part is not what it must be; `readXlsx` turns it into one issue. */
export class Damaged extends Error {
  readonly code: "IMPORT-020" | "IMPORT-022";
  readonly values: Readonly<Record<string, string>>;
  readonly expected: string | undefined;

  constructor(
    message: string,
    code: "IMPORT-020" | "IMPORT-022" = "IMPORT-020",
    values: Readonly<Record<string, string>> = {},
    expected?: string,
  ) {
    super(message);
    this.name = "Damaged";
    this.code = code;
    this.values = values;
    this.expected = expected;
  }
}
