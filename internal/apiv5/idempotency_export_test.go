package apiv5

// WorthKeeping is an answer as it is kept for its idempotency key.
var WorthKeeping = worthKeeping
