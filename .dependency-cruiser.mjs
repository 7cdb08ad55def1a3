// Who may import whom, completely. The table is `docs/concepts/architecture.md`'s; this is what checks it.
const WINGS = ["measure", "coordinate", "govern", "disclose"];
const MAY = {
  measure: ["ground"],
  coordinate: ["ground", "measure"],
  govern: ["ground", "measure"],
  disclose: ["ground", "measure", "govern"],
};
/** Modules of Node and packages that reach the outside; wings get them as ports, adapters aside. */
const OUTSIDE = "^(node:)?(fs|net|http|https|http2|child_process|dns|dgram|worker_threads|os|process)(/|$)";
const ADAPTERS =
  "^src/(ground/store|measure/ledger/import|coordinate/act/adapters|coordinate/devices/adapters|coordinate/sense/adapters|disclose/render|app)/";

export default {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "ground-stands-alone",
      severity: "error",
      from: { path: "^src/ground/" },
      to: { path: "^src/", pathNot: "^src/ground/" },
    },
    ...WINGS.map((wing) => ({
      name: `${wing}-imports-only-${MAY[wing].join("-and-")}`,
      severity: "error",
      from: { path: `^src/${wing}/` },
      to: { path: "^src/", pathNot: [`^src/${wing}/`, ...MAY[wing].map((other) => `^src/${other}/`)] },
    })),
    ...WINGS.map((wing) => ({
      name: `${wing}-is-entered-by-its-door`,
      severity: "error",
      from: { path: "^src/", pathNot: `^src/${wing}/` },
      to: { path: `^src/${wing}/`, pathNot: `^src/${wing}/index\\.ts$` },
    })),
    {
      name: "rooms-of-ground-are-entered-by-their-doors",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/ground/", "\\.test\\.ts$"] },
      to: {
        path: "^src/ground/[^/]+/.+",
        pathNot: ["^src/ground/[^/]+/index\\.ts$", "^src/ground/store/mirror/index\\.ts$"],
      },
    },
    {
      name: "rooms-of-ground-enter-each-other-by-doors",
      severity: "error",
      from: { path: "^src/ground/([^/]+)/" },
      to: { path: "^src/ground/[^/]+/.+", pathNot: ["^src/ground/$1/", "^src/ground/[^/]+/index\\.ts$"] },
    },
    {
      name: "browser-safe-rooms-know-no-node",
      severity: "error",
      from: { path: "^src/ground/(quantity|issue)/", pathNot: "(test|for-tests)\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "web-knows-only-quantity-and-issue",
      severity: "error",
      from: { path: "^web/" },
      to: { path: "^src/", pathNot: "^src/ground/(quantity|issue)/index\\.ts$" },
    },
    {
      name: "nothing-imports-web",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^web/" },
    },
    {
      name: "wings-touch-the-outside-through-ports",
      severity: "error",
      from: { path: "^src/", pathNot: [ADAPTERS, "\\.test\\.ts$", "for-tests\\.ts$"] },
      to: { path: OUTSIDE },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".mjs", ".js"] },
  },
};
