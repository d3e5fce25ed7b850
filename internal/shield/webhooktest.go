package shield

import "github.com/almoner/almoner/internal/fund"

// TestWebhook counts a test message to a webhook endpoint of an application: nothing shows that the address of an endpoint is its owner's, so
// that nobody makes this server call others all the time. It is RateLimited if the application has to wait; then it is not counted.
func (s *Shield) TestWebhook(application fund.ID) error {
	if wait := s.tries.take(s.now(), []counter{nameCounter(webhookTestAllowance, application.String())}); wait > 0 {
		return waitFor(wait, "There were too many test messages. Try again in ")
	}
	return nil
}

// ResendWebhooks counts that an application has everything since an instant sent again to one of its webhook endpoints, which may be many messages. It is
// RateLimited if the application has to wait; then it is not counted.
func (s *Shield) ResendWebhooks(application fund.ID) error {
	if wait := s.tries.take(s.now(), []counter{nameCounter(webhookResendAllowance, application.String())}); wait > 0 {
		return waitFor(wait, "Messages were sent again too often. Try again in ")
	}
	return nil
}
