import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../ensure-packages.mjs";

const RUN = /\nawait main\(process\.argv\);\s*$/;

/** The command line's module without its last line, which would run it. */
const withoutRunning = {
  name: "without-running",
  setup({ onLoad }) {
    onLoad({ filter: /src\/app\/cli\/main\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (!RUN.test(text)) throw new Error(`${path} does not end in the line that runs it`);
      return { contents: text.replace(RUN, "\n"), loader: "ts" };
    });
  },
};

/** What the reference needs of the code: the commands, the operations of the API and the rules of the checks. */
export async function loadCode() {
  const outfile = join(root, "dist", `reference-${process.pid}.mjs`);
  mkdirSync(join(root, "dist"), { recursive: true });
  // Defaults that the environment gives would stand in the reference.
  for (const { name } of environmentReads()) delete process.env[name];
  try {
    await build({
      stdin: {
        contents: `export { createProgram } from "./src/app/cli/main.ts";
export { OPERATIONS } from "./src/app/http/routes/index.ts";
export { openApiDocument } from "./src/app/http/openapi.ts";
export { ALL_RULES } from "./src/measure/checks/rules/index.ts";`,
        resolveDir: root,
        loader: "ts",
      },
      outfile,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "warning",
      plugins: [withoutRunning],
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile, { force: true });
  }
}

/** Every environment variable that the sources read, with the files that read it. */
export function environmentReads(folder = join(root, "src")) {
  const found = new Map();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (!name.endsWith(".ts") || /(\.test|-for-tests)\.ts$/.test(name)) continue;
    const text = readFileSync(join(folder, name), "utf8");
    for (const match of text.matchAll(/process\.env(?:\.([A-Z_]+)|\["([A-Z_]+)"\])/g)) {
      const variable = match[1] ?? match[2];
      found.set(variable, new Set([...(found.get(variable) ?? []), `src/${name}`]));
    }
  }
  return [...found].map(([name, files]) => ({ name, files: [...files] })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One command of the program, with all of its subcommands in a row. */
export function commandsOf(program, prefix = "") {
  return program.commands.flatMap((command) => {
    const name = `${prefix}${command.name()}`;
    // A command may do something itself and have others below it.
    const itself = command.commands.length === 0 || command._actionHandler ? [{ name, command }] : [];
    return [...itself, ...commandsOf(command, `${name} `)];
  });
}

/** What `--help` of a command prints, as wide as it wants. */
export function helpOf(command) {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 200,
  });
  command.outputHelp();
  return text;
}
