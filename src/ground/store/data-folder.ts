import { access, chmod, constants, readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../issue/index.ts";
import { makeFolder, type SystemUser } from "./durable-file.ts";
import { errorText } from "./store-failure.ts";

/** Left in a data folder by a restore while it runs. */
export const UNFINISHED_RESTORE = "restore-unfinished";

export interface PreparedFolder {
  /** Real path. */
  readonly folder: string;
  /** Whose our files shall be when we are root in a plain user's folder. */
  readonly owner: SystemUser | undefined;
}

/**
 * Makes the data folder, closed to others. A folder that held other things before keeps its own permissions: what we
 * put into it is closed by itself.
 * @issues STORE-001
 */
export async function prepareFolder(folder: string): Promise<Result<PreparedFolder>> {
  try {
    await makeFolder(path.resolve(folder));
    const real = await realpath(folder);
    await access(real, constants.R_OK | constants.W_OK | constants.X_OK);
    const entries = await readdir(real);
    const { uid, gid, mode } = await stat(real);
    const me = process.getuid?.();
    const ours = entries.length === 0 || entries.includes("lock");
    // 0710 is ours too: the server's user passes through.
    if (ours && me === uid && (mode & 0o067) !== 0) await chmod(real, mode & 0o710);
    return ok({ folder: real, owner: me === 0 && uid !== 0 ? { uid, gid } : undefined });
  } catch (error) {
    return fail({ code: "STORE-001", severity: "error", at: { file: folder }, actual: errorText(error) });
  }
}
