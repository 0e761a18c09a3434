#!/usr/bin/env node
import { reuseCompiledCode } from './kernel/compiled-code.ts'

reuseCompiledCode()
const { commands } = await import('./cli/commands.ts')
const { runProcess } = await import('./cli/process-frame.ts')
await runProcess(commands)
