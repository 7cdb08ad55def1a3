#!/usr/bin/env node
import { buildIfStale } from "../scripts/build.mjs";
import { buildWebIfStale } from "../scripts/build-web.mjs";

if (process.argv[2] === "start") await buildWebIfStale();
process.argv[1] = await buildIfStale();
await import(process.argv[1]);
