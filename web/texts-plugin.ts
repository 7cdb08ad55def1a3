import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { parse } from "yaml";

const PREFIX = "virtual:texts/";

/** `virtual:texts/<language>`: every `texts.yaml` below the folder in one language, as one file that only its readers load. */
export function textsPlugin(folder: string): Plugin {
  return {
    name: "candela-texts",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const language = id.slice(PREFIX.length + 1);
      const texts: Record<string, string> = {};
      const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
      for (const name of names.filter((one) => /(^|[\\/])texts\.yaml$/.test(one)).sort()) {
        const file = join(folder, name);
        this.addWatchFile(file);
        const document = parse(readFileSync(file, "utf8")) as Record<string, Record<string, string>>;
        for (const [key, text] of Object.entries(document)) {
          if (key in texts) throw new Error(`${file}: the text ${key} is there twice`);
          texts[key] = text[language] ?? "";
        }
      }
      return `export default ${JSON.stringify(texts)};`;
    },
  };
}
