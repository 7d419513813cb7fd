export interface Documented {
  kind: 'lacks' | 'differs' | 'adds'
  /** A star stands for anything but spaces. */
  path: string
  facet?: string
  reason: string
}
export function report(
  vendor: unknown,
  ours: unknown,
  documented: readonly Documented[],
): { clean: boolean; text: string }
