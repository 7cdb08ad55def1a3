import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The green of the mark: at 6 it is read on white and carries white, at 4 it is read on black. */
const CANDELA: MantineColorsTuple = [
  "#e6f6f2",
  "#cfe9e2",
  "#a0d3c5",
  "#6dbca6",
  "#44a98d",
  "#2a9d7d",
  "#0b6e5b",
  "#075f4e",
  "#045142",
  "#014235",
];

const CJK =
  '"Noto Sans TC", "Noto Sans SC", "PingFang HK", "PingFang SC", "Microsoft JhengHei", "Microsoft YaHei", "Noto Sans CJK TC"';

export const theme = createTheme({
  primaryColor: "candela",
  primaryShade: 6,
  autoContrast: true,
  colors: { candela: CANDELA },
  fontFamily: `system-ui, -apple-system, "Segoe UI", Roboto, ${CJK}, sans-serif`,
  defaultRadius: "sm",
  respectReducedMotion: true,
  focusRing: "auto",
});
