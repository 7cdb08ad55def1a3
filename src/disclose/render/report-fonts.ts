import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const FILES = [
  "@expo-google-fonts/noto-sans-tc/400Regular/NotoSansTC_400Regular.ttf",
  "@expo-google-fonts/noto-sans-tc/700Bold/NotoSansTC_700Bold.ttf",
  "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
  "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
];

/** The faces that reports are set in, from the installed packages, so that no machine's own fonts matter. */
export async function readReportFonts(): Promise<Buffer[]> {
  const { resolve } = createRequire(import.meta.url);
  return Promise.all(FILES.map((file) => readFile(resolve(file))));
}
