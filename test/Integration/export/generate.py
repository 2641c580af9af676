"""generate.py FOLDER: a model of all numeric cases of each layer type."""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "layers"))

from case import Case, build_model  # noqa: E402
from layer_cases import of_type, types  # noqa: E402

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for kind in types():
    cases = [Case(name) for name in of_type(kind)]
    # A model has one mapping of arrays.
    for exact in False, True:
        some = [case for case in cases if case.exact == exact]
        if some:
            model = build_model(some, joined=True)
            name = f"{kind}{'-exact' if exact else ''}.mlmodel"
            (folder / name).write_bytes(model.SerializeToString())
