export type { ColumnarValue } from "./engine.ts";
export {
  type Mirror,
  type MirrorOptions,
  type MirrorQuery,
  type MirrorRelation,
  type MirrorState,
  openMirror,
} from "./mirror.ts";
export type { MirrorColumn, MirrorSegment, MirrorTable } from "./table.ts";
