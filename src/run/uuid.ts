/** A UUID of version 4, made of four words of 32 bits of chance. */
export function drawUuid(random: () => number): string {
  const words = Array.from({ length: 4 }, () => random().toString(16).padStart(8, '0'))
  const hex = words.join('')
  const variant = '89ab'[parseInt(hex[16]!, 16) & 3]!
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}
