package similar

// Many has g go the way of files of millions of rows.
func (g *Grouping) Many() { g.many = 0 }
