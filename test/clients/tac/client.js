'use strict'
// The published client for V3.

const TiltifyClient = require('tiltify-api-client')
const { methods, watched } = require('./attempt')

// connect makes a client and notes which of its methods get called.
const connect = (token, used) => watched(new TiltifyClient(token), used)

module.exports = { connect, methods: () => methods(new TiltifyClient('')) }
