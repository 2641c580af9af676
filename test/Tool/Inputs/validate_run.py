"""Holds what `mlc run --json` printed against its schema, and says what is in it."""
import json
import sys

import jsonschema

schema = json.load(open(sys.argv[1]))


def no_constant(text):
    sys.exit(f"{text} is not JSON")


for path in sys.argv[2:]:
    run = json.load(open(path), parse_constant=no_constant)
    jsonschema.validate(run, schema)
    parts = []
    for output in run["outputs"]:
        values, labels = output["values"], output.get("labels")
        count = 1
        for extent in output["shape"]:
            count *= extent
        assert len(values) == count
        part = f"{output['name']} {output['shape']} {count} values"
        if labels:
            order = [entry["probability"] for entry in labels]
            assert order == sorted(order, reverse=True)
            assert order[0] == max(values)
            part += f", labels {labels[0]['label']} ... {len(labels)}"
        else:
            part += f" {values}"
        parts.append(part)
    if "prediction" in run:
        parts.append("{name} {label}".format(**run["prediction"]))
    if "dispatches" in run:
        parts.append(f"{len(run['dispatches'])} dispatches")
    print("; ".join(parts))
