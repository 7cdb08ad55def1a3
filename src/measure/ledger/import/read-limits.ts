/** What a file may ask of the reader before it is refused. Generous for real tables, far below what would hurt. */
export interface ReadLimits {
  /** Characters of one line, quoted line breaks included. */
  readonly lineChars: number;
  /** Characters of one cell; a spreadsheet holds 32,767. */
  readonly cellChars: number;
  readonly columns: number;
  readonly rows: number;
  /** Bytes of an XLSX file as it lies on disk; it is read whole. */
  readonly xlsxBytes: number;
  /** Bytes of one part of an XLSX file once unpacked. */
  readonly xlsxPartBytes: number;
  /** Unpacked to packed, above which a part of more than a MiB is taken for a bomb. */
  readonly xlsxRatio: number;
}

export const DEFAULT_LIMITS: ReadLimits = {
  lineChars: 1_000_000,
  cellChars: 32_767,
  columns: 1_000,
  rows: 20_000_000,
  xlsxBytes: 64 * 1024 * 1024,
  xlsxPartBytes: 256 * 1024 * 1024,
  xlsxRatio: 200,
};
