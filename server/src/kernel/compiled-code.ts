import { enableCompileCache, flushCompileCache, getCompileCacheDir } from 'node:module'

/**
 * Lets the next start use what this one compiles: stripping types and compiling take a good third of a start. To be called before the first import of
 * the program; its threads then do the same. `NODE_COMPILE_CACHE` says where the cache lies, `NODE_DISABLE_COMPILE_CACHE=1` turns it off.
 */
export function reuseCompiledCode(): void {
  enableCompileCache()
  const folder = getCompileCacheDir()
  // A thread looks at its environment only.
  if (folder !== undefined) process.env['NODE_COMPILE_CACHE'] ??= folder
}

/** Writes what this thread has compiled. Node.js does so at a clean end; a computer that is switched off has none. To be called when the thread is ready. */
export function saveCompiledCode(): void {
  flushCompileCache()
}
