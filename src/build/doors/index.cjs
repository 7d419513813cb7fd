const { FixtureError, startMock } = require('./mock.cjs')

module.exports = { FixtureError, startMock }
