"""What PyPI `pycanon` says of a released table: k, l and t, as one line of JSON.

Usage: pycanon_measures.py FILE SENSITIVE QUASI…
"""

import json
import sys

import pandas
from pycanon import anonymity

file, sensitive, *quasi = sys.argv[1:]
table = pandas.read_csv(file, dtype=str)
print(json.dumps({
    "rows": len(table),
    "k": int(anonymity.k_anonymity(table, quasi)),
    "l": int(anonymity.l_diversity(table, quasi, [sensitive])),
    "t": float(anonymity.t_closeness(table, quasi, [sensitive])),
}))
