import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Daemon, type DaemonUser, freePorts, listens, requirePackages, startDaemon, until } from "../daemon.ts";

const run = promisify(execFile);

/** A Slurm cluster of our own: controller, accounting with its database, REST server with JWT, and nodes on this machine. */
export interface SlurmLab {
  /** Path of slurm.conf; Slurm's commands find the cluster by `SLURM_CONF`. */
  readonly conf: string;
  /** `http://127.0.0.1:port` of slurmrestd. */
  readonly restUrl: string;
  readonly nodes: readonly string[];
  /** Name of the user who submits jobs. */
  readonly user: string;
  /** A JWT of that user, or of root, for the REST server. */
  token(user?: string): Promise<string>;
  /** Runs one of Slurm's commands as root; what it printed. */
  command(name: string, ...args: string[]): Promise<string>;
  /** Submits a shell script as the user; the job's id. */
  submit(script: string, ...options: string[]): Promise<number>;
  /** Ends all jobs, then all daemons, and removes the folder. */
  stop(): Promise<void>;
}

const CLUSTER = "lab";
const CPUS = 8;
const GPUS = 4;

/** Ids of a user of the system, from its own table. */
function userNamed(name: string): DaemonUser {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((one) => one.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`no user ${name}`);
  return { uid: Number(uid), gid: Number(gid) };
}

function ownedFolder(path: string, owner?: DaemonUser): string {
  mkdirSync(path, { mode: 0o755 });
  if (owner) chownSync(path, owner.uid, owner.gid);
  return path;
}

function ownedFile(path: string, text: string | Buffer, owner: DaemonUser | undefined, mode: number): string {
  writeFileSync(path, text, { mode });
  if (owner) chownSync(path, owner.uid, owner.gid);
  return path;
}

/**
 * Starts the cluster on free ports, as children of this process, beside any other one on the machine: authentication has
 * a socket of its own, and so has the database. It must run as root, because Slurm starts jobs as their users.
 */
export async function startSlurmLab(options: { nodes?: number } = {}): Promise<SlurmLab> {
  requirePackages(
    "slurm-wlm",
    "slurm-wlm-jwt-plugin",
    "slurm-wlm-mysql-plugin",
    "slurmdbd",
    "slurmrestd",
    "munge",
    "mariadb-server",
  );
  if (process.getuid?.() !== 0) throw new Error("the Slurm lab must be started as root");
  const slurm = userNamed("slurm");
  const munge = userNamed("munge");
  const mysql = userNamed("mysql");
  const user = "games";
  const count = options.nodes ?? 3;
  const names = Array.from({ length: count }, (_, i) => `gpu${i + 1}`);
  // No folder that everybody may write to: munged and slurmrestd refuse to live below one.
  const folder = mkdtempSync("/run/candela-slurm-");
  chmodSync(folder, 0o755);
  const daemons: Daemon[] = [];
  const [ctldPort = 0, dbdPort = 0, restPort = 0, ...nodePorts] = await freePorts(3 + count);
  const place = (name: string): string => join(folder, name);
  const env = { SLURM_CONF: place("slurm.conf") };

  const stop = async (): Promise<void> => {
    for (const daemon of [...daemons].reverse()) await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const start = (command: string, args: readonly string[], how: Parameters<typeof startDaemon>[2] = {}): Daemon => {
    const daemon = startDaemon(command, args, { ...how, env: { ...env, ...how.env } });
    daemons.push(daemon);
    return daemon;
  };
  const command = async (name: string, ...args: string[]): Promise<string> => {
    const { stdout } = await run(name, args, { env: { ...process.env, ...env }, maxBuffer: 64_000_000 });
    return stdout;
  };
  const works = (name: string, ...args: string[]): Promise<boolean> =>
    command(name, ...args).then(
      () => true,
      () => false,
    );

  try {
    const auth = ownedFolder(place("munge"), munge);
    const socket = join(auth, "socket");
    const key = ownedFile(join(auth, "key"), randomBytes(128), munge, 0o400);
    const munged = start(
      "munged",
      [
        "--foreground",
        `--key-file=${key}`,
        `--socket=${socket}`,
        `--pid-file=${join(auth, "pid")}`,
        `--seed-file=${join(auth, "seed")}`,
        `--log-file=${join(auth, "log")}`,
      ],
      { user: munge },
    );
    await until("munge", () => works("munge", "-n", "-S", socket), [munged]);

    const database = ownedFolder(place("database"), mysql);
    const data = join(database, "data");
    await run("mariadb-install-db", [
      "--no-defaults",
      "--user=mysql",
      `--datadir=${data}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
    ]);
    const databaseSocket = join(database, "socket");
    const mariadb = start(
      "mariadbd",
      [
        "--no-defaults",
        `--datadir=${data}`,
        `--socket=${databaseSocket}`,
        `--pid-file=${join(database, "pid")}`,
        "--skip-networking",
        "--innodb-buffer-pool-size=64M",
        "--innodb-log-file-size=16M",
        "--innodb-flush-log-at-trx-commit=0",
      ],
      { user: mysql },
    );
    const client = ["--no-defaults", `--socket=${databaseSocket}`, "-uroot", "-e"];
    await until("database", () => works("mariadb", ...client, "select 1"), [mariadb]);
    await command(
      "mariadb",
      ...client,
      "create database accounting; create user slurm@localhost identified by 'slurm'; grant all on accounting.* to slurm@localhost",
    );

    const jwtKey = ownedFile(place("jwt.key"), randomBytes(32), slurm, 0o600);
    const state = ownedFolder(place("state"), slurm);
    const spool = ownedFolder(place("spool"));
    const common = [
      "AuthType=auth/munge",
      `AuthInfo=socket=${socket}`,
      "AuthAltTypes=auth/jwt",
      `AuthAltParameters=jwt_key=${jwtKey}`,
      "SlurmUser=slurm",
    ];
    ownedFile(
      place("slurmdbd.conf"),
      [
        ...common,
        "DbdHost=localhost",
        "DbdAddr=127.0.0.1",
        `DbdPort=${dbdPort}`,
        "StorageType=accounting_storage/mysql",
        `StorageHost=localhost`,
        "StorageUser=slurm",
        "StoragePass=slurm",
        "StorageLoc=accounting",
        `PidFile=${join(state, "slurmdbd.pid")}`,
        "",
      ].join("\n"),
      slurm,
      0o600,
    );
    const host = hostname().split(".")[0] ?? "localhost";
    const devices = ownedFolder(place("devices"));
    for (let i = 0; i < GPUS; i++) await run("mknod", [join(devices, `gpu${i}`), "c", "1", "3"]);
    ownedFile(
      place("slurm.conf"),
      [
        ...common,
        `ClusterName=${CLUSTER}`,
        `SlurmctldHost=${host}(127.0.0.1)`,
        `SlurmctldPort=${ctldPort}`,
        `StateSaveLocation=${state}`,
        `SlurmdSpoolDir=${spool}/%n`,
        `SlurmctldPidFile=${join(state, "slurmctld.pid")}`,
        `SlurmdPidFile=${spool}/%n.pid`,
        "ProctrackType=proctrack/linuxproc",
        "TaskPlugin=task/none",
        "MpiDefault=none",
        "JobAcctGatherType=jobacct_gather/linux",
        "SelectType=select/cons_tres",
        "SelectTypeParameters=CR_Core",
        "GresTypes=gpu",
        "SlurmdParameters=config_overrides",
        "SchedulerParameters=sched_interval=1,bf_interval=1",
        "SlurmctldParameters=power_save_interval=60",
        "ReturnToService=2",
        "MinJobAge=300",
        "CommunicationParameters=NoInAddrAny",
        "AccountingStorageType=accounting_storage/slurmdbd",
        "AccountingStorageHost=127.0.0.1",
        `AccountingStoragePort=${dbdPort}`,
        // Slurm's clients take munge's socket for the accounting daemon from here.
        `AccountingStoragePass=${socket}`,
        "AccountingStorageTRES=gres/gpu",
        ...names.map(
          (name, i) =>
            `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${nodePorts[i]} CPUs=${CPUS} RealMemory=64000 Gres=gpu:h200:${GPUS}`,
        ),
        `PartitionName=batch Nodes=${names.join(",")} Default=YES MaxTime=7-0`,
        "",
      ].join("\n"),
      undefined,
      0o644,
    );
    ownedFile(
      place("gres.conf"),
      `NodeName=${names.join(",")} Name=gpu Type=h200 File=${devices}/gpu[0-${GPUS - 1}]\n`,
      undefined,
      0o644,
    );

    const dbd = start("slurmdbd", ["-D"], { user: slurm, env: { MYSQL_UNIX_PORT: databaseSocket } });
    await until("slurmdbd", () => listens(dbdPort), [dbd]);
    await until("accounting", () => works("sacctmgr", "-n", "list", "cluster"), [dbd]);
    for (const what of [
      ["cluster", CLUSTER],
      ["account", "ai"],
      ["user", user, "Account=ai"],
    ])
      await command("sacctmgr", "-i", "add", ...what);
    const ctld = start("slurmctld", ["-D"], { user: slurm });
    await until("slurmctld", () => works("scontrol", "ping"), [ctld, dbd]);
    const nodes = names.map((name) => start("slurmd", ["-D", "-N", name]));
    const rest = start("slurmrestd", ["-a", "rest_auth/jwt", `127.0.0.1:${restPort}`], {
      user: userNamed("daemon"),
      env: { SLURM_JWT: "daemon" },
    });
    await until("slurmrestd", () => listens(restPort), [rest]);
    await until(
      "nodes",
      async () =>
        (await command("sinfo", "-h", "-N", "-o", "%T")).trim().split(/\s+/).join() === names.map(() => "idle").join(),
      [ctld, ...nodes],
    );
    const submitter = userNamed(user);
    return {
      conf: env.SLURM_CONF,
      restUrl: `http://127.0.0.1:${restPort}`,
      nodes: names,
      user,
      async token(of = user) {
        return (await command("scontrol", "token", `username=${of}`, "lifespan=3600")).trim().replace("SLURM_JWT=", "");
      },
      command,
      async submit(script, ...more) {
        const { stdout } = await run(
          "sbatch",
          ["--parsable", "--output=/dev/null", "--chdir=/", ...more, `--wrap=${script}`],
          { env: { ...process.env, ...env }, ...submitter },
        );
        return Number(stdout.trim().split(";")[0]);
      },
      async stop() {
        await command("scancel", "--user", user).catch(() => {});
        await until("jobs end", async () => (await command("squeue", "-h")).trim() === "", [ctld], 20).catch(() => {});
        await stop();
      },
    };
  } catch (error) {
    const said = daemons.map(({ process: child, said: text }) => `${child.spawnfile}: ${text()}`).join("\n");
    await stop();
    throw new Error(`the Slurm lab did not start\n${said}`, { cause: error });
  }
}
