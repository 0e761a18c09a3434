#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Stripping the types and compiling takes more than half of a start; what the last start made is still good.
enableCompileCache()
const { commands } = await import('./cli/commands.ts')
const { runProcess } = await import('./cli/process-frame.ts')
await runProcess(commands)
