/** Which value is looked at, and as at when. */
export interface LineageView {
  readonly period: string;
  readonly where: string | undefined;
  readonly asAt: string | undefined;
}
