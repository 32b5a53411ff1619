package summary

import "yiwang/internal/algo/text"

// RougeL is how much a summary and a reference have in common: the F measure
// of their longest common subsequence, in Han signs and words of other
// letters, with recall and precision alike (Lin, ROUGE: a package for
// automatic evaluation of summaries, 2004). It is 0 to 1; marks and blanks do
// not count. Cost: O(signs of one · signs of the other).
func RougeL(summary, reference string) float64 {
	a, b := terms(text.Fold(summary)), terms(text.Fold(reference))
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	row := make([]int, len(b)+1)
	for i := range a {
		diagonal := 0
		for j := range b {
			above := row[j+1]
			if a[i].hash == b[j].hash {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			diagonal = above
		}
	}
	return 2 * float64(row[len(b)]) / float64(len(a)+len(b))
}
