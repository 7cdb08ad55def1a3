import { z } from "zod";
import { ok } from "../../../ground/issue/index.ts";
import { lastEvent } from "../../../ground/journal/index.ts";
import { boundarySchema, NO_PINS, pinsSchema } from "../../../measure/index.ts";
import { putBoundary, putPins, versionOf } from "../../put-settings.ts";
import { STREAMS } from "../../workspace.ts";
import { type AnyOperation, operation } from "../operation.ts";
import { name, positionSchema } from "../schemas.ts";

name("Boundary", boundarySchema);
name("Pins", pinsSchema);
const putSchema = z.object({ position: positionSchema });

export const settingsOperations: readonly AnyOperation[] = [
  operation({
    id: "readBoundary",
    method: "get",
    path: "/boundary",
    tag: "settings",
    summary: "The entity and its sites that are in force; null before there are any.",
    action: "boundary.read",
    answer: z.object({ boundary: boundarySchema.nullable() }),
    async handle({ workspace, tag }) {
      const event = await lastEvent(workspace.store.db, STREAMS.boundary);
      tag(String(event?.position ?? 0n));
      return ok({ boundary: event ? boundarySchema.parse((event.body as { boundary: unknown }).boundary) : null });
    },
  }),
  operation({
    id: "putBoundary",
    method: "put",
    path: "/boundary",
    tag: "settings",
    summary: "Put a boundary in force from now on; past positions keep theirs.",
    action: "boundary.set",
    body: boundarySchema,
    answer: putSchema,
    needsVersion: true,
    idempotent: true,
    async handle({ workspace, body, version, keep, tag }) {
      const done = await putBoundary(workspace, body, version, (tx, position) =>
        keep(tx, { position: String(position) }),
      );
      if (!done.ok) return done;
      tag(done.value);
      return ok({ position: done.value });
    },
  }),
  operation({
    id: "readPins",
    method: "get",
    path: "/pins",
    tag: "settings",
    summary: "The factor sets and methods that are pinned.",
    action: "pins.read",
    answer: z.object({ pins: pinsSchema }),
    async handle({ workspace, tag }) {
      const event = await lastEvent(workspace.store.db, STREAMS.pins);
      tag(await versionOf(workspace, STREAMS.pins));
      return ok({ pins: event ? pinsSchema.parse((event.body as { pins: unknown }).pins) : NO_PINS });
    },
  }),
  operation({
    id: "putPins",
    method: "put",
    path: "/pins",
    tag: "settings",
    summary: "Pin factor sets and methods from now on; past positions keep theirs.",
    action: "pins.set",
    body: pinsSchema,
    answer: putSchema,
    needsVersion: true,
    idempotent: true,
    async handle({ workspace, body, version, keep, tag }) {
      const done = await putPins(workspace, body, version, (tx, position) => keep(tx, { position: String(position) }));
      if (!done.ok) return done;
      tag(done.value);
      return ok({ position: done.value });
    },
  }),
];
