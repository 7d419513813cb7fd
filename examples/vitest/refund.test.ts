import { startMock, type Mock } from 'orq-agents-mock'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refund } from './refund'

let mock: Mock

// One mock for the whole file. A path is taken from the working directory, which is this folder.
beforeAll(async () => {
  mock = await startMock({ fixtures: './fixtures' })
})
afterAll(() => mock.close())

// Each API key is a workspace of its own, with its own tasks and journal: so these may run at the same time.
describe.concurrent('a refund', () => {
  test('goes to the account that the customer names', async () => {
    const key = 'paid'
    const words = await refund({ url: mock.url, key }, 'A-17', { iban: 'NL91ABNA0417164300', country: 'NL' })
    expect(words).toBe('42 EUR go to NL91ABNA0417164300.')

    // What the agent was asked, in order. A miss tells what came instead.
    await mock.as(key).verify([{ script: 'refund', text: 'A-17' }, { script: 'paid' }], { ordered: true })
  })

  test('fails for an account abroad, and is not tried again', async () => {
    const key = 'refused'
    const refunding = refund({ url: mock.url, key }, 'A-18', { iban: 'DE89370400440532013000', country: 'DE' })
    await expect(refunding).rejects.toThrow('422: Only Dutch accounts are supported.')

    await mock.as(key).verify([{ script: 'refused', count: 1 }])
    expect(mock.as(key).requests()).toHaveLength(2)
  })
})
