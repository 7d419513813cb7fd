import type { Bell } from '../workspace/bell.ts'

/**
 * The first answer to `ask` that is one: now, or at one of the next rings. Undefined after so long, in real time; rejects
 * with the reason of `end` when that aborts, and with what `ask` throws.
 */
export function answerWithin<T>(
  ask: () => T | undefined,
  withinMs: number,
  bell: Bell,
  end: AbortSignal,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    end.throwIfAborted()
    const now = ask()
    if (now !== undefined || withinMs === 0) return resolve(now)
    const settle = (act: () => void) => {
      clearTimeout(timer)
      silence()
      end.removeEventListener('abort', abort)
      act()
    }
    const look = (last: boolean) => {
      try {
        const answer = ask()
        if (answer !== undefined || last) settle(() => resolve(answer))
      } catch (error) {
        settle(() => reject(error))
      }
    }
    const abort = () => settle(() => reject(end.reason as Error))
    const timer = setTimeout(look, withinMs, true)
    const silence = bell.listen(() => look(false))
    end.addEventListener('abort', abort)
  })
}
