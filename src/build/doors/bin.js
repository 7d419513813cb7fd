#!/usr/bin/env node
import module from 'node:module'

// From 22.1 on, Node keeps what it has compiled for the next start, in a folder of its own below the system's for such.
module.enableCompileCache?.()
// Not imported: for that, Node would read all of it once more, only to find the names that it exports.
const { main, processStreams } = module.createRequire(import.meta.url)('./mock.cjs')

process.exit(await main(process.argv.slice(2), process.env, processStreams()))
