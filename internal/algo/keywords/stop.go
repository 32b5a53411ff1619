package keywords

import "strings"

// Signs that join words: they begin and end no phrase.
const particles = "的了着吗呢吧啊呀嘛哦我你他她它们是在和与及也都就被把而且或还又很但却之其这那此请于对为有不到去来没要会能可让给从向等个某该些已将并所以您咱"

// isParticle has the signs of particles, all of which are in the basic plane.
var isParticle = func() *[1 << 16]bool {
	var t [1 << 16]bool
	for _, r := range particles {
		t[r] = true
	}
	return &t
}()

// Words that join others, in English.
var stopWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`a about above after again against all also although am an and any are as at be because been before being
below between both but by can cannot can't could couldn't did didn't do does doesn't doing don't down during each even ever every few for from
further get got had hadn't has hasn't have haven't having he her here hers herself him himself his how however i i'd i'm i've if in into is isn't
it it's its itself just like made make many may me might more most much must my myself never no nor not now of off on once one only or other our
ours out over own please said same say says she should since so some still such than that that's the their theirs them themselves then there
these they this those though through to told too two under until up upon us very was wasn't we we've were weren't what when where whether which
while who whom whose why will with within without would wouldn't xx xxx xxxx yet you your yours`) {
		m[w] = true
	}
	return m
}()
