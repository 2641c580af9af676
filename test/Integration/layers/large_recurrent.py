#!/usr/bin/env python3
"""large_recurrent.py MLC: layers of more units than threadgroup memory holds.

They are not among the other cases because their weights are large.
"""
import sys

sys.dont_write_bytecode = True

from case import REGISTRY, cases  # noqa: E402
from check import check  # noqa: E402
from sequence_cases import gru, lstm, simple  # noqa: E402

REGISTRY.clear()
LARGE = dict(inputs=3, steps=3, batch=2, states=True, scale=0.02)
cases("simpleRecurrent", large=dict(units=2731, **LARGE))(simple)
cases("gru", large=dict(units=1701, **LARGE))(gru)
cases("uniDirectionalLSTM", large=dict(units=2050, sequence=True, **LARGE))(lstm)

bad = [name for mode in ("f32", "f16", "reference") for case in list(REGISTRY)
       for name in check(sys.argv[1], [case], mode)]
print(f"{len(REGISTRY)} cases, {len(bad)} failures")
sys.exit(1 if bad else 0)
