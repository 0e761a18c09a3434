import type { AnyCommand } from './command.ts'
import { arenaCommand } from './arena-command.ts'
import { backupCommand, restoreCommand, verifyCommand } from './backup/backup-commands.ts'
import { benchCommand } from './bench-command.ts'
import { configCommand } from './config-command.ts'
import { demoCommand } from './demo/demo-command.ts'
import { doctorCommand } from './doctor-command.ts'
import { exportCommand } from './export-command.ts'
import { importCommand } from './import/import-command.ts'
import { startCommand } from './start-command.ts'

/** All commands, in the order in which the help lists them. Adding one is one line here. */
export const commands: readonly AnyCommand[] = [startCommand, demoCommand, importCommand, exportCommand, backupCommand, restoreCommand, verifyCommand, doctorCommand, configCommand, benchCommand, arenaCommand]
