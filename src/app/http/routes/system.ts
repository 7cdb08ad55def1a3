import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { z } from "zod";
import { fail, ok } from "../../../ground/issue/index.ts";
import { lastPosition } from "../../../ground/journal/index.ts";
import { VERSION } from "../../package-folder.ts";
import { backupFolder } from "../../jobs/runners.ts";
import { type AnyOperation, operation } from "../operation.ts";
import { instantSchema, positionSchema } from "../schemas.ts";

/** The name of a backup as we make it; nothing else in the folder is given out. */
const BACKUP = /^[\w.-]{1,120}\.tar$/;

export const systemOperations: readonly AnyOperation[] = [
  operation({
    id: "readSystem",
    method: "get",
    path: "/system",
    tag: "system",
    summary: "How the product is doing: version, database, journal, memory.",
    action: "system.read",
    answer: z.object({
      version: z.string(),
      node: z.string(),
      database: z.object({ kind: z.enum(["embedded", "external"]), version: z.string() }),
      position: positionSchema,
      memoryBytes: z.number(),
      upSeconds: z.number(),
    }),
    handle: async ({ workspace }) =>
      ok({
        version: VERSION,
        node: process.versions.node,
        database: { ...workspace.store.server },
        position: String(await lastPosition(workspace.store.db)),
        memoryBytes: process.memoryUsage.rss(),
        upSeconds: Math.round(process.uptime()),
      }),
  }),
  operation({
    id: "listBackups",
    method: "get",
    path: "/backups",
    tag: "system",
    summary: "The backups that were taken here, the latest first.",
    action: "backup.fetch",
    answer: z.object({ items: z.array(z.object({ name: z.string(), bytes: z.number(), at: instantSchema })) }),
    async handle({ workspace }) {
      const folder = backupFolder(workspace.store);
      const names = (await readdir(folder).catch(() => [])).filter((one) => BACKUP.test(one));
      const items = await Promise.all(
        names.map(async (name) => {
          const { size, mtime } = await stat(join(folder, name));
          return { name, bytes: size, at: mtime.toISOString() };
        }),
      );
      return ok({ items: items.sort((a, b) => (a.at < b.at ? 1 : -1)) });
    },
  }),
  operation({
    id: "downloadBackup",
    method: "get",
    path: "/backups/{name}",
    tag: "system",
    summary: "A backup, to be kept elsewhere.",
    action: "backup.fetch",
    params: z.object({ name: z.string().regex(BACKUP) }),
    media: ["application/x-tar"],
    async handle({ workspace, params }) {
      const file = join(backupFolder(workspace.store), params.name);
      const there = await stat(file).catch(() => undefined);
      if (!there?.isFile()) return fail({ code: "BACKUP-001", severity: "error", at: {}, actual: params.name });
      return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream, {
        headers: {
          "content-type": "application/x-tar",
          "content-length": String(there.size),
          "content-disposition": `attachment; filename="${params.name}"`,
          "cache-control": "no-store",
        },
      });
    },
  }),
];
