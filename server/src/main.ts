#!/usr/bin/env node
import { commands } from './cli/commands.ts'
import { runProcess } from './cli/process-frame.ts'

await runProcess(commands)
