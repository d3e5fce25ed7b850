package testcost

// Ordinary is the work that calls are compared with.
var Ordinary = ordinary
