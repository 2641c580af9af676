"""The project's own .proto files as Python classes.

They are compiled with protoc when first asked for, so that no generated code
has to be kept in the repository and the generator can never disagree with the
importer about the format.
"""
import functools
import importlib
import pathlib
import subprocess
import sys
import tempfile

PROTO_FOLDER = (pathlib.Path(__file__).resolve().parents[2]
                / "lib" / "MLModel" / "proto")


@functools.lru_cache(maxsize=None)
def load():
    """The module with Model, NeuralNetwork and everything that they import."""
    with tempfile.TemporaryDirectory() as folder:
        files = sorted(str(path) for path in PROTO_FOLDER.glob("*.proto"))
        subprocess.run(["protoc", f"-I{PROTO_FOLDER}", f"--python_out={folder}",
                        *files], check=True)
        sys.path.insert(0, folder)
        keep, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        try:
            return importlib.import_module("Model_pb2")
        finally:
            sys.dont_write_bytecode = keep
            sys.path.remove(folder)


def read_model(path):
    model = load().Model()
    model.ParseFromString(pathlib.Path(path).read_bytes())
    return model


def network_of(model):
    """The message with the layers, whichever kind of network it is."""
    return getattr(model, model.WhichOneof("Type"))
