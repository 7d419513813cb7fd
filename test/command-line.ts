import { main } from '../src/cli/main.ts'

/** What a command line leaves behind. */
interface Done {
  code: number
  out: string
  err: string
}

interface World {
  /** Whether a person reads standard error. */
  terminal?: boolean
  /** Called with the ready line; the program is asked to stop once it has returned. */
  whileServing?: (url: string) => Promise<void>
}

/** Runs a command line in this process. What serves is asked to stop as soon as it is ready. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}, world: World = {}): Promise<Done> {
  const done = { code: -1, out: '', err: '' }
  const { promise: ready, resolve: setReady } = withResolvers<string>()
  let stop = () => {}
  const stopping = ready.then(world.whileServing).finally(() => stop())
  stopping.catch(() => {})
  done.code = await main(args, env, {
    out(text) {
      done.out += text
      const [, url] = /^ready (\S+)/m.exec(done.out) ?? []
      if (url !== undefined) setReady(url)
    },
    err: text => void (done.err += text),
    terminal: world.terminal ?? false,
    onSignal: listener => (stop = () => listener('SIGTERM')),
    exit() {
      throw new Error('a second signal')
    },
  })
  if (/^ready http/m.test(done.out)) await stopping
  return done
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>(settle => (resolve = settle))
  return { promise, resolve }
}
