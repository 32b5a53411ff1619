# What scikit-learn makes of the same files: one JSON object on stdout.
# usage: peers.py classify TRAIN TEST | labelled FILE | pairs FILE | topics MESSAGES TRUTH
import csv
import gzip
import json
import resource
import sys

csv.field_size_limit(1 << 24)


def read(name):
    opened = gzip.open(name, "rt", encoding="utf-8-sig") if name.endswith(".gz") else open(name, encoding="utf-8-sig")
    with opened as f:
        return list(csv.DictReader(f))


def spent():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


def classify(train, test):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import accuracy_score, f1_score
    from sklearn.svm import LinearSVC

    raw = lambda r: r["text"].replace(" ", "")
    tr, te = read(train), read(test)
    v = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    at = spent()
    m = LinearSVC().fit(v.fit_transform(map(raw, tr)), [r["label"] for r in tr])
    trained = spent()
    said = m.predict(v.transform(map(raw, te)))
    done = spent()
    y = [r["label"] for r in te]
    return {"train": trained - at, "rate": len(te) / (done - trained), "accuracy": accuracy_score(y, said), "macro_f1": f1_score(y, said, average="macro")}


# Each part by what the others taught.
def labelled(name):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import accuracy_score, f1_score
    from sklearn.svm import LinearSVC

    rows = read(name)
    y, said = [], []
    for part in sorted({r["part"] for r in rows}):
        tr, te = [r for r in rows if r["part"] != part], [r for r in rows if r["part"] == part]
        v = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        m = LinearSVC().fit(v.fit_transform(r["text"] for r in tr), [r["label"] for r in tr])
        y += [r["label"] for r in te]
        said += list(m.predict(v.transform(r["text"] for r in te)))
    return {"accuracy": accuracy_score(y, said), "macro_f1": f1_score(y, said, average="macro")}


def pairs(name):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import roc_auc_score

    rows = read(name)
    v = TfidfVectorizer(analyzer="char", ngram_range=(1, 2)).fit([r["a"] for r in rows] + [r["b"] for r in rows])
    a, b = v.transform(r["a"] for r in rows), v.transform(r["b"] for r in rows)
    return {"auroc": roc_auc_score([int(r["same"]) for r in rows], a.multiply(b).sum(axis=1).A1)}


# The best single setting of a lexical threshold: subjects alone, 0.40.
def topics(messages, truth):
    from scipy.sparse.csgraph import connected_components
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = read(messages)
    at = spent()
    x = TfidfVectorizer(analyzer="char", ngram_range=(2, 3)).fit_transform(r["留言主题"] for r in rows)
    near = x @ x.T
    near.data = (near.data >= 0.40).astype("int8")
    near.eliminate_zeros()
    n, of = connected_components(near, directed=False)
    took = spent() - at
    known = {r["msg_id"] for r in read(truth)}
    groups = {}
    for r, g in zip(rows, of):
        groups.setdefault(g, set()).add(r["留言编号"])
    return {"seconds": took, "f1": max(2 * len(g & known) / (len(g) + len(known)) for g in groups.values()), "largest": max(map(len, groups.values()))}


print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
