#!/usr/bin/env node
import { main } from './cli/main.ts'
import { processStreams } from './cli/process.ts'

process.exit(await main(process.argv.slice(2), process.env, processStreams()))
