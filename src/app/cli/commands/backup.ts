import type { Command } from "commander";
import { backup, restore } from "../../../ground/store/index.ts";
import { MIGRATIONS, VERIFIERS } from "../../workspace.ts";
import { EXIT } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop, runCommand } from "../run.ts";

async function backupCommand(target: string, options: CommonOptions): Promise<void> {
  await inWorkspace(options, async ({ store }, terminal) => {
    const made = orStop(await backup(store, target, { onProgress: terminal.progress }));
    terminal.out(
      terminal.json
        ? JSON.stringify(made)
        : `${made.file}: ${made.tables} tables, ${made.rows} rows, ${made.files} files, ${(made.bytes / 1e6).toFixed(1)} MB\n${made.head ?? ""}`,
    );
    return EXIT.fine;
  });
}

async function restoreCommand(file: string, options: CommonOptions): Promise<void> {
  await runCommand(options, async (terminal) => {
    const databaseUrl = process.env.CANDELA_DATABASE_URL;
    const restored = orStop(
      await restore(file, {
        folder: options.data,
        migrations: MIGRATIONS,
        verifiers: VERIFIERS,
        onProgress: terminal.progress,
        ...(databaseUrl ? { databaseUrl } : {}),
      }),
    );
    terminal.out(
      terminal.json
        ? JSON.stringify(restored)
        : `${restored.folder}: ${restored.tables} tables, ${restored.rows} rows restored and verified`,
    );
    return EXIT.fine;
  });
}

export function addBackupCommands(program: Command): void {
  program.addCommand(
    command(
      "backup",
      "write database, evidence, content and telemetry into one file, while others work",
      "backup backups/",
    )
      .argument("<target>", "a new file, or a folder")
      .action(backupCommand),
  );
  program.addCommand(
    command(
      "restore",
      "restore a backup into an empty store, verify it, also onto another PostgreSQL",
      "restore candela-2026-01-31.tar --data ./restored",
    )
      .argument("<file>", "the backup")
      .action(restoreCommand),
  );
}
