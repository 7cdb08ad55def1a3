#!/usr/bin/env node
import { buildIfStale } from "../scripts/build.mjs";

process.argv[1] = await buildIfStale();
await import(process.argv[1]);
