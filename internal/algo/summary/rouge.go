package summary

import "yiwang/internal/algo/text"

// RougeL is how much a summary and a reference have in common: the F measure
// of their longest common subsequence, in Han signs and words of other
// letters, with recall and precision alike (Lin, ROUGE: a package for
// automatic evaluation of summaries, 2004). It is 0 to 1; marks and blanks do
// not count. Cost: O(signs of one · signs of the other).
func RougeL(summary, reference string) float64 {
	return alike(terms(nil, text.Fold(summary)), terms(nil, text.Fold(reference)), nil)
}

// RougeLs is RougeL of each two of texts; it is the same both ways.
func RougeLs(texts []string) [][]float64 {
	out, all := make([][]float64, len(texts)), make([][]term, len(texts))
	longest := 0
	for i, s := range texts {
		all[i] = terms(nil, text.Fold(s))
		longest = max(longest, len(all[i]))
		out[i] = make([]float64, len(texts))
	}
	row := make([]int, longest+1)
	for i, a := range all {
		for j, b := range all[:i+1] {
			out[i][j] = alike(a, b, row)
			out[j][i] = out[i][j]
		}
	}
	return out
}

// alike is RougeL of two texts' terms; row is memory for one more than b has.
func alike(a, b []term, row []int) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if row == nil {
		row = make([]int, len(b)+1)
	}
	row = row[:len(b)+1]
	clear(row)
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
