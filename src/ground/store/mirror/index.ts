export { type ColumnarColumn, ColumnarEngine, type ColumnarValue } from "./engine.ts";
export { fileHash, VerifiedFiles } from "./file-hash.ts";
export {
  type Mirror,
  type MirrorOptions,
  type MirrorQuery,
  type MirrorState,
  openMirror,
} from "./mirror.ts";
export type { MirrorRelation } from "./relation.ts";
export type { MirrorColumn, MirrorSegment, MirrorTable } from "./table.ts";
