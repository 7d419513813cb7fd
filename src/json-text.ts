/** Deeper than any client sends, and still far from what would exhaust the stack when it is written again. */
export const deepestLevels = 500

/** Whether JSON text, sound or not, opens more lists and objects at once than can be dealt with. */
export function isTooDeep(text: string): boolean {
  // Half of a text at most opens something.
  if (text.length <= deepestLevels) return false
  let depth = 0
  let inString = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index)
    if (inString) {
      if (character === 0x5c) index += 1
      else if (character === 0x22) inString = false
    } else if (character === 0x22) inString = true
    else if (character === 0x7b || character === 0x5b) {
      depth += 1
      if (depth > deepestLevels) return true
      // What closes nothing must not make room.
    } else if ((character === 0x7d || character === 0x5d) && depth > 0) depth -= 1
  }
  return false
}

/** Undefined for what is no JSON, or too deep. */
export function readJson(text: string): unknown {
  if (isTooDeep(text)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
