package ops

import "time"

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
