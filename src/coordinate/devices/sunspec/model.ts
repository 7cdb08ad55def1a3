import { z } from "zod";
import { type ContentPack, readItems } from "../../../ground/content/index.ts";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";

/** Registers (of 16 bits) of each type of point; a string says its own. */
const SIZES = {
  int16: 1,
  uint16: 1,
  acc16: 1,
  enum16: 1,
  bitfield16: 1,
  sunssf: 1,
  pad: 1,
  int32: 2,
  uint32: 2,
  acc32: 2,
  enum32: 2,
  bitfield32: 2,
  float32: 2,
  int64: 4,
  uint64: 4,
  acc64: 4,
  string: 0,
} as const;

export type PointType = keyof typeof SIZES;

const pointSchema = z.strictObject({
  name: z.string().min(1),
  type: z.enum(Object.keys(SIZES) as [PointType, ...PointType[]]),
  size: z.int().positive().optional(),
  factor: z.union([z.string(), z.int().min(-10).max(10)]).optional(),
  unit: z.string().optional(),
  writable: z.boolean().optional(),
  symbols: z.record(z.string(), z.int()).optional(),
});

const modelSchema = z.strictObject({
  id: z.int().positive(),
  name: z.string(),
  title: z.string(),
  points: z.array(pointSchema).min(3),
});

/** One point of a model, with its place. */
export interface SunspecPoint {
  readonly name: string;
  readonly type: PointType;
  /** Registers from the model's first one (its id) to this one. */
  readonly offset: number;
  readonly size: number;
  /** Power of ten: a number, or the name of the point that holds it. */
  readonly factor: string | number | undefined;
  readonly unit: string | undefined;
  readonly writable: boolean;
  readonly symbols: ReadonlyMap<number, string>;
}

/** A model of the SunSpec Alliance without repeating groups: which registers mean what. */
export interface SunspecModel {
  readonly id: number;
  readonly name: string;
  /** Registers in all, the two of id and length included. */
  readonly size: number;
  readonly points: ReadonlyMap<string, SunspecPoint>;
}

export type SunspecModels = ReadonlyMap<number, SunspecModel>;

/**
 * The models that packs hold under `devices/sunspec`.
 * @issues CONTENT-003, CONTENT-004; CONTENT-005 (a model or a point twice), DEVICE-010 (a scale factor that is no point)
 */
export function createSunspecModels(packs: readonly ContentPack[]): Result<SunspecModels> {
  const items = readItems(packs, "devices/sunspec", z.array(modelSchema));
  if (!items.ok) return items;
  const issues: Issue[] = [];
  const models = new Map<number, SunspecModel>();
  for (const { item, file } of items.value) {
    const twice = (actual: string): void =>
      void issues.push({ code: "CONTENT-005", severity: "error", at: { file }, expected: file, actual });
    if (models.has(item.id)) twice(String(item.id));
    const points = new Map<string, SunspecPoint>();
    let offset = 0;
    for (const { name, type, size: given, factor, unit, writable, symbols } of item.points) {
      if (points.has(name)) twice(`${item.id}.${name}`);
      const size = given ?? (SIZES[type] || 1);
      const named = new Map(Object.entries(symbols ?? {}).map(([text, number]) => [number, text]));
      points.set(name, { name, type, offset, size, factor, unit, writable: writable === true, symbols: named });
      offset += size;
    }
    for (const { name, factor } of points.values())
      if (typeof factor === "string" && points.get(factor)?.type !== "sunssf")
        issues.push({ code: "DEVICE-010", severity: "error", at: { file, path: name }, actual: factor });
    models.set(item.id, { id: item.id, name: item.name, size: offset, points });
  }
  return issues.length > 0 ? fail(...issues) : ok(models);
}
