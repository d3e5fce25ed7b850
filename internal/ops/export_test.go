package ops

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/webhook"
)

// What the tests of this package look at alone.

const (
	DiskWarning, DiskProblem               = diskWarning, diskProblem
	CertificateWarning, CertificateProblem = certificateWarning, certificateProblem
	LagWarning                             = lagWarning
	FilesBeside                            = filesBeside
)

func DiskLevel(free, size uint64) Level { return Worst(diskOf(free, size)) }

func BoardsLevel(lag int64) Level { return Worst(boardsOf(lag)) }

func LimitsLevel(connections int, files uint64) Level {
	return Worst(Doctor{Connections: connections}.limitsOf(files))
}

func CertificateLevel(left time.Duration) Level {
	now := time.Unix(1_800_000_000, 0)
	return Worst(Doctor{Now: func() time.Time { return now }}.certificateOf("give.test", now.Add(left)))
}

// Request is what is sent when an alarm begins.
func (m *Messenger) Request(a fund.Alarm) (webhook.Request, error) {
	return m.request("one", m.about(a, false))
}

func OwnCertificates(ctx context.Context, now time.Time, read func(context.Context) ([]Certificate, error)) []Finding {
	return Doctor{Now: func() time.Time { return now }, Certificates: read}.ownCertificates(ctx)
}
