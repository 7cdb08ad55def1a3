import { type Issue, ok } from "../../../ground/issue/index.ts";
import { findSunspec, modbusTcp, type SunspecModels, type SunspecValue } from "../../devices/index.ts";
import type { Reading } from "../reading.ts";
import { silent, type SourceAccess, type SourcePort } from "../source.ts";

/**
 * Points of a SunSpec device over Modbus TCP, as `model.point`, each model read once. A point that the device does not
 * measure gives no reading.
 * @param address host:port
 * @issues DEVICE-001 … DEVICE-009; of one series SENSE-033
 */
export function sunspecSource(
  { address, timeoutMs }: SourceAccess,
  unit: number,
  models: SunspecModels,
  now: () => number,
): SourcePort {
  const name = `sunspec ${address}`;
  const { hostname, port } = new URL(`modbus://${address}`);
  return {
    name,
    async pull(series) {
      const bus = modbusTcp({ host: hostname, port: Number(port || 502), timeoutMs });
      try {
        const device = await findSunspec(bus, unit, models);
        if (!device.ok) return device;
        const read = new Map<number, { atMs: number; points: ReadonlyMap<string, SunspecValue> }>();
        const readings: Reading[] = [];
        const issues: Issue[] = [];
        for (const one of series) {
          const dot = one.query.indexOf(".");
          const model = Number(one.query.slice(0, dot));
          if (!read.has(model)) {
            const points = await device.value.read(model);
            if (!points.ok) return points;
            read.set(model, { atMs: now(), points: points.value });
          }
          const said = read.get(model);
          const value = said?.points.get(one.query.slice(dot + 1));
          if (said && typeof value === "number")
            readings.push({ series: one.id, atMs: said.atMs, value, quality: "measured" });
          else issues.push(silent(name, one));
        }
        return ok({ readings, issues });
      } finally {
        await bus.close();
      }
    },
  };
}
