"""Run here. Writes tables.json and numbers.json: what pandas 1.5.3 and Python 3 make of hostile tables, floats and JSON values."""
import glob
import hashlib
import io
import json
import random
import struct

import pandas as pd

random.seed(3)


def bits(x):
    return struct.pack(">d", x).hex()


texts = [
    "a\tb\n1\t2\n3\t4\n",
    "a\tb\n1\t2\n\t4\n",
    "a\tb\r\n1\tx\r\n2\ty\r\n",
    "\ufeffa\tb\n1\t2\n",
    "a\ta\ta\tb\n1\t2\t3\t4\n",
    "a\ta.1\ta\ta\n1\t2\t3\t4\n",
    "a\ta\ta.1\n1\t2\t3\n",
    "\tx\t\n0\t1.5\tq\n1\t2\tr\n",
    "Unnamed: 0\t\n1\t2\n",
    'a\tb\n"x\ty"\t1\n"say ""hi"""\t2\n"two\nlines"\t3\n',
    'a\tb\n"x"y\t1\nx"y\t2\n',
    "a\nTrue\nFALSE\ntrue\n",
    "a\tb\nTrue\t1\n\t2\nFalse\t3\n",
    "a\tb\nTrue\t1\n1\t2\n",
    "a\tb\nN/A\tNA\n0.5\tx\n0\tnan\n",
    "a\tb\n0\t1\n0.5\t2\nN/A\t3\n",
    "a\tb\n\t1\n\t2\n",
    "a\tb\n007\t+5\n-0\t 6 \n",
    "a\tb\n5.\t.5\n1e3\t1E-3\n",
    "a\tb\n1e\t.\n2\t3\n",
    "a\tb\ninf\t-inf\n1\tInfinity\n",
    "a\tb\n1e400\t1e-400\n1\t1e-310\n",
    "a\tb\n1.8e308\t-1e309\n1\t1.7e308\n",
    "a\tb\n12345678901234567890123e300\t0.0000001e310\n1\t2\n",
    "a\n\n1\n\n2\n",
    "a\tb\n1\t2\n   \n3\t4\n",
    "a\tb\n\n",
    'a\n1\n""\n2\n',
    "a\tb\nNAN\t1\nnull\t2\n",
    "a\tb\nM\t70\nF\t\n\t71\n",
    "a\tb\n1_000\t0x10\n2\t3\n",
    "a\tb\n\u00e9\u4e2d\t\U0001f600\nx\ty\n",
    "a\tb\n1 \t2\n3\t4 5\n",
    "a\tb\rx\t1\ry\t2\r",
]
tables = []
for text in texts:
    frame = pd.read_csv(io.BytesIO(text.encode()), sep="\t")
    kinds = {"i": "int", "f": "float", "b": "bool", "O": "text"}
    tables.append(
        {
            "text": text,
            "names": list(frame.columns),
            "types": [kinds[t.kind] for t in frame.dtypes],
            "rewritten": frame.to_csv(sep="\t", index=False),
        }
    )

cells = []
for _ in range(400):
    choice = random.randrange(6)
    x = struct.unpack(">d", struct.pack(">Q", random.getrandbits(64)))[0]
    cells.append(
        [
            repr(random.random()),
            repr(random.uniform(-100, 100)),
            f"{random.uniform(0, 1e6):.20f}",
            repr(x) if x == x else "0.1",
            f"0.000{random.getrandbits(60)}",
            f"{random.getrandbits(80)}.{random.getrandbits(20)}e{random.randrange(-40, 40)}",
        ][choice]
    )
parsed = pd.read_csv(io.StringIO("a\n" + "\n".join(cells) + "\n"), sep="\t")["a"]
# What pandas makes of the tables of ClinicaDL: reading and writing changes those that mix 0 and 0.5 or have an index column.
golden = {}
for path in sorted(glob.glob("../**/*.tsv", recursive=True)):
    rewritten = pd.read_csv(path, sep="\t").to_csv(sep="\t", index=False).encode()
    golden[path[3:]] = hashlib.sha256(rewritten).hexdigest()

with open("tables.json", "w") as file:
    json.dump({"golden": golden, "tables": tables, "floats": [[c, bits(v)] for c, v in zip(cells, parsed)]}, file, indent=1)

floats = [0.0, -0.0, 1.0, -1.0, 0.5, 1e-4, 9.999999999999999e-05, 1e-5, 1e16, 9999999999999998.0, 123456789012345680.0]
floats += [5e-324, 1.7976931348623157e308, 1e21, 1e22, 1e100, 0.1 + 0.2, 1 / 3, float("inf"), float("-inf"), float("nan")]
floats += [struct.unpack(">d", struct.pack(">Q", random.getrandbits(64)))[0] for _ in range(200)]
floats += [round(random.uniform(-1000, 1000), random.randrange(8)) for _ in range(100)]

values = [
    None,
    [],
    {},
    {"a": []},
    [1, 1.0, -0.0, 1e-5, 1e16, 1e400, float("nan"), True, None],
    {"b": {"c": [1, [2, {"d": "x"}]]}, "a": ""},
    "tab\t quote\" back\\ slash/ nul\x00 bell\x07 del\x7f bs\b ff\f",
    "\u00d7 \u4e2d \U0001f600 \u2028 \x80",
    12345678901234567890,
]
options = [{}, {"indent": 4}, {"indent": 2, "ensure_ascii": False}]
dumps = [
    {"indent": o.get("indent"), "ensureAscii": o.get("ensure_ascii", True), "text": json.dumps(v, **o)}
    for v in values
    for o in options
]
with open("numbers.json", "w") as file:
    json.dump({"floats": [[bits(x), repr(x)] for x in floats], "dumps": dumps}, file, indent=1)
