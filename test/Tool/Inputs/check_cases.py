#!/usr/bin/env python3
"""check_cases.py MLC FOLDER: `mlc inspect --check` on sound models, and on models
that break one rule each: one line, of that rule, that names the place."""
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "examples" / "networks"))
from google.protobuf import text_format  # noqa: E402
from schema import load  # noqa: E402

pb = load()
mlc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)


def parse(text):
    return text_format.Parse(text, pb.Model())


def legacy(layer, shape=(3, 8, 8), version=1):
    """A layer of version 1 behind another."""
    return parse(f'''
specificationVersion: {version}
description {{
  input {{ name: "x" type {{ multiArrayType {{ shape: {list(shape)} dataType: FLOAT32 }} }} }}
  output {{ name: "y" type {{ multiArrayType {{ dataType: FLOAT32 }} }} }}
}}
neuralNetwork {{
  layers {{ name: "first" input: "x" output: "a" activation {{ ReLU {{}} }} }}
  layers {{ name: "layer" input: "a" output: "y" {layer} }}
}}''')


def exact(layer, shape=(3, 8), version=4, outputs='output: "y"'):
    """A layer of version 4 or later."""
    return parse(f'''
specificationVersion: {version}
description {{
  input {{ name: "x" type {{ multiArrayType {{ shape: {list(shape)} dataType: FLOAT32 }} }} }}
  output {{ name: "y" type {{ multiArrayType {{ dataType: FLOAT32 }} }} }}
}}
neuralNetwork {{
  arrayInputShapeMapping: EXACT_ARRAY_MAPPING
  layers {{ name: "first" input: "x" output: "a" tanh {{}} }}
  layers {{ name: "layer" input: "a" {outputs} {layer} }}
}}''')


def image():
    return parse('''
specificationVersion: 3
description {
  input { name: "x" type { imageType { width: 8 height: 8 colorSpace: RGB } } }
  output { name: "y" type { multiArrayType { dataType: FLOAT32 } } }
}
neuralNetwork { layers { name: "layer" input: "x" output: "y" activation { ReLU {} } } }''')


CONVOLUTION = '''convolution { outputChannels: 2 kernelChannels: 3 kernelSize: [1, 1]
  valid {} weights { floatValue: [1, 2, 3, 4, 5, 6] } }'''
LSTM_GATES = [gate + kind for kind in ("WeightMatrix", "RecursionMatrix")
              for gate in ("inputGate", "forgetGate", "blockInput", "outputGate")]
LSTM = '''uniDirectionalLSTM { inputVectorSize: 3 outputVectorSize: 1
  activations { sigmoid {} } activations { tanh {} } activations { tanh {} } params {}
  weightParams { %s } }''' % " ".join(
    f"{name} {{ floatValue: {[1] * (3 if 'Weight' in name else 1)} }}"
    for name in LSTM_GATES)
QUANTIZED = CONVOLUTION.replace(
    "floatValue: [1, 2, 3, 4, 5, 6]",
    'rawValue: "abcdef" quantization { numberOfBits: 8 '
    'linearQuantization { scale: [1, 2] } }')
TRAINING = pathlib.Path(__file__).parent / "training.textproto"


def training():
    return parse(TRAINING.read_text())


def first(model):
    return model.description.input[0].type


CASES, SOUND = [], []


def case(base, rule, pattern):
    """Registers a change of a sound model that breaks a rule."""
    def register(change):
        CASES.append((change.__name__, base, rule, pattern, change))
        return change
    return register


def sound(name, base):
    SOUND.append((name, base))


def fails(name, rule, pattern, model):
    """A whole model that breaks a rule."""
    CASES.append((name, lambda: model, rule, pattern, lambda _: None))


def relu():
    return legacy("activation { ReLU {} }")


for name, base in (("relu", relu), ("image", image), ("training", training),
                   ("convolution", lambda: legacy(CONVOLUTION)),
                   ("shaped", lambda: legacy(CONVOLUTION.replace(
                       "valid {}", "valid {} outputShape: 8"))),
                   ("quantized", lambda: legacy(QUANTIZED, version=3)),
                   ("fractional", lambda: legacy(
                       "upsample { fractionalScalingFactor: [1.5, 2] "
                       "mode: BILINEAR linearUpsampleMode: ALIGN_CORNERS_TRUE }",
                       version=5)),
                   ("uneven", lambda: exact(
                       "splitND { axis: 1 numSplits: 3 }",
                       outputs='output: "y" output: "b" output: "c"'))):
    if name == "fractional":
        # Of version 5, so values have ranks of their own.
        def base(base=base):
            model = base()
            model.neuralNetwork.arrayInputShapeMapping = pb.EXACT_ARRAY_MAPPING
            return model
    sound(name, base)


# Versions.
@case(relu, "specification-version", "the model: specificationVersion is 0")
def version_0(model):
    model.specificationVersion = 0


@case(relu, "specification-version", "the model: specificationVersion is 12.*10")
def version_12(model):
    model.specificationVersion = 12


@case(relu, "needed-version", "input 'x': a flexible shape needs .*3 .*has 1")
def flexible_in_1(model):
    for low in (1, 8, 8):
        first(model).multiArrayType.shapeRange.sizeRanges.add(
            lowerBound=low, upperBound=8)


@case(relu, "needed-version", "input 'x': dataType FLOAT16 needs .*7")
def half_array(model):
    first(model).multiArrayType.dataType = pb.ArrayFeatureType.FLOAT16


@case(image, "needed-version", "input 'x': colorSpace GRAYSCALE_FLOAT16 .*7")
def half_image(model):
    first(model).imageType.colorSpace = pb.ImageFeatureType.GRAYSCALE_FLOAT16


@case(lambda: legacy(CONVOLUTION), "needed-version",
      r"layer 'layer' \(convolution\): weights \(half precision\) needs .*2")
def half_weights_in_1(model):
    weights = model.neuralNetwork.layers[1].convolution.weights
    weights.ClearField("floatValue")
    weights.float16Value = b"\0\0" * 6


@case(lambda: legacy(QUANTIZED, version=3), "needed-version",
      r"layer 'layer' \(convolution\): weights \(quantized\) needs .*3")
def codes_in_2(model):
    model.specificationVersion = 2


fails("argsort_in_4", "needed-version", r"layer 'layer' \(argSort\): its type .*5",
      exact("argSort { axis: 1 }"))


@case(training, "needed-version", "the model: isUpdatable needs .*4")
def training_in_3(model):
    model.specificationVersion = 3


# The interface.
@case(relu, "feature", "input 'x': dataType is missing")
def no_data_type(model):
    first(model).multiArrayType.ClearField("dataType")


@case(relu, "feature", "input 'x': has no shape")
def no_shape(model):
    first(model).multiArrayType.ClearField("shape")


@case(relu, "feature", "output 'y': has no type")
def no_type(model):
    model.description.output[0].ClearField("type")


@case(image, "feature", "input 'x': colorSpace is missing")
def no_color_space(model):
    first(model).imageType.ClearField("colorSpace")


@case(image, "feature", "input 'x': width or height")
def no_size(model):
    first(model).imageType.height = 0


@case(image, "feature", "input 'x': the default size is not among")
def other_size(model):
    first(model).imageType.enumeratedSizes.sizes.add(width=4, height=4)


@case(image, "feature", "input 'x': the default width is outside")
def outside_of_range(model):
    sizes = first(model).imageType.imageSizeRange
    sizes.widthRange.lowerBound, sizes.widthRange.upperBound = 9, 12
    sizes.heightRange.upperBound = -1


@case(lambda: exact("sin {}"), "feature", "input 'x': the default shape is not among")
def other_shape(model):
    first(model).multiArrayType.enumeratedShapes.shapes.add(shape=[3, 9])


@case(lambda: exact("sin {}"), "feature", "input 'x': shapeRange of dimension 1 ends")
def backward_range(model):
    ranges = first(model).multiArrayType.shapeRange.sizeRanges
    ranges.add(lowerBound=1, upperBound=3)
    ranges.add(lowerBound=8, upperBound=8)
    ranges[1].lowerBound, ranges[1].upperBound = 9, 8
    first(model).multiArrayType.ClearField("shape")
    first(model).multiArrayType.shape.extend([3, 9])
    ranges[1].lowerBound = 9


@case(relu, "optional", "output 'y': isOptional")
def optional_output(model):
    model.description.output[0].type.isOptional = True


@case(relu, "optional", "the model: all inputs are optional")
def optional_inputs(model):
    first(model).isOptional = True


@case(relu, "counts", "the model: has no outputs")
def no_outputs(model):
    del model.description.output[:]


@case(relu, "network-types", "input 'x': a network reads images and multi-arrays")
def number_input(model):
    first(model).doubleType.SetInParent()


@case(relu, "array-mapping", "input 'x': shape has 2 dimensions")
def rank_2(model):
    first(model).multiArrayType.ClearField("shape")
    first(model).multiArrayType.shape.extend([3, 8])


@case(lambda: exact("sin {}"), "array-mapping",
      "the model: arrayInputShapeMapping is RANK5_ARRAY_MAPPING beside layers")
def sin_with_rank_5(model):
    model.neuralNetwork.arrayInputShapeMapping = pb.RANK5_ARRAY_MAPPING


@case(training, "classifier", "the model: a classifier has no class labels")
def no_labels(model):
    model.neuralNetworkClassifier.stringClassLabels.ClearField("vector")


@case(training, "classifier", "the model: predictedProbabilitiesName 'p' is not")
def no_probabilities(model):
    model.description.predictedProbabilitiesName = "p"
    model.description.output[0].name = "s"


@case(training, "classifier", "output 'label': is no string")
def integer_label(model):
    for feature in (model.description.output[1], model.description.trainingInput[1]):
        feature.type.int64Type.SetInParent()


# The graph.
@case(relu, "blobs", r"layer 'layer' \(activation\): input 'b' is written by no")
def no_writer(model):
    model.neuralNetwork.layers[1].input[0] = "b"


@case(relu, "blobs", r"layer 'layer' \(activation\): output 'x' is an input")
def writes_input(model):
    model.neuralNetwork.layers.add().CopyFrom(model.neuralNetwork.layers[1])
    model.neuralNetwork.layers[1].output[0] = "x"


@case(relu, "blobs", "output 'z': is written by no layer")
def no_output(model):
    model.description.output[0].name = "z"


@case(training, "blobs", "the model: labelProbabilityLayerName 'q'")
def no_probability_blob(model):
    model.neuralNetworkClassifier.labelProbabilityLayerName = "q"


fails("lonely_concat", "arity", r"layer 'layer' \(concat\): has 1 inputs instead",
      legacy("concat {}"))
fails("stateless_rnn", "arity", r"layer 'layer' \(uniDirectionalLSTM\): has 1 outputs",
      legacy(LSTM, shape=[3]))
fails("rank_3_convolution", "ranks",
      r"layer 'layer' \(convolution\): inputTensor rank is 3 instead of at least 4",
      exact("inputTensor { rank: 3 } " + CONVOLUTION, shape=(3, 8, 8)))

# Fields of layers.
for name, pattern, layer in (
        ("fraction_default", "fractionalScalingFactor needs linearUpsampleMode",
         "upsample { fractionalScalingFactor: [1.5, 1.5] mode: BILINEAR }"),
        ("fraction_nearest", "fractionalScalingFactor is for mode BILINEAR",
         "upsample { fractionalScalingFactor: [1.5, 1.5] }"),
        ("aligned_nearest", "linearUpsampleMode is for mode BILINEAR",
         "upsample { scalingFactor: [2, 2] linearUpsampleMode: ALIGN_CORNERS_TRUE }")):
    wrong = legacy(layer, version=5)
    wrong.neuralNetwork.arrayInputShapeMapping = pb.EXACT_ARRAY_MAPPING
    fails(name, "layer-fields", pattern, wrong)
for name, pattern, layer in (
        ("unpadded", "has no padding type",
         CONVOLUTION.replace("valid {}", "")),
        ("unpadded_pooling", "has no padding type", "pooling { kernelSize: [2, 2] }"),
        ("half_reshape", "targetShape has 2 elements instead of 3 or 4",
         "reshape { targetShape: [3, 64] }"),
        ("short_permute", "axis has 3 elements instead of 4",
         "permute { axis: [0, 1, 2] }"),
        ("backward_slice", "endIndex 2 is before startIndex 5",
         "slice { startIndex: 5 endIndex: 2 stride: 1 axis: HEIGHT_AXIS }"),
        ("no_stride", "stride is 0", "slice { endIndex: 2 axis: HEIGHT_AXIS }"),
        ("uncropped", "cropAmounts has 0 elements instead of 2", "crop {}"),
        ("no_function", "has no function", "activation {}"),
        ("no_padding", "has no padding type",
         "padding { paddingAmounts { borderAmounts {} borderAmounts {} } }"),
        ("block_1", "blockSize is below 2", "reorganizeData { blockSize: 1 }"),
        ("flat_scale", "shapeScale has 2 elements",
         "scale { shapeScale: [3, 1] scale { floatValue: [1, 2, 3] } }"),
        ("negative_k", "k is negative", "lrn { k: -1 localSize: 3 }")):
    fails(name, "layer-fields", r"layer 'layer' \(.*\): " + pattern, legacy(layer))
for name, pattern, layer in (
        ("no_axes", "axes is empty", "transpose {}"),
        ("twice", "axes has 1 twice", "expandDims { axes: [1, 1] }"),
        ("no_target", "targetShape is empty", "reshapeStatic {}"),
        ("crossed", "minVal is above maxVal", "clip { minVal: 2 maxVal: 1 }"),
        ("odd_padding", "padAmounts has 3 elements",
         "constantPad { padAmounts: [1, 2, 3] }"),
        ("empty_mask", "endMasks is empty",
         "sliceStatic { beginIds: [0, 0] endIds: [1, 1] strides: [1, 1] "
         "beginMasks: [false, false] }")):
    fails(name, "layer-fields", r"layer 'layer' \(.*\): " + pattern, exact(layer))
fails("endless", "layer-fields", r"layer 'layer' \(loop\): maxLoopIterations is 0",
      parse('''
specificationVersion: 4
description {
  input { name: "x" type { multiArrayType { shape: 3 dataType: FLOAT32 } } }
  output { name: "y" type { multiArrayType { dataType: FLOAT32 } } }
}
neuralNetwork {
  arrayInputShapeMapping: EXACT_ARRAY_MAPPING
  layers { name: "in" input: "x" output: "y" copy {} }
  layers { name: "layer" loop { bodyNetwork {
    layers { name: "sin" input: "y" output: "t" sin {} } } } }
}'''))


# Weights.
@case(lambda: legacy(CONVOLUTION), "weight-sizes",
      r"layer 'layer' \(convolution\): weights has 5 elements instead of 6")
def five_weights(model):
    del model.neuralNetwork.layers[1].convolution.weights.floatValue[5]


@case(lambda: legacy(CONVOLUTION), "weight-sizes",
      r"layer 'layer' \(convolution\): bias is empty")
def no_bias(model):
    model.neuralNetwork.layers[1].convolution.hasBias = True


@case(lambda: legacy(QUANTIZED, version=3), "weight-encodings",
      "weights: linearQuantization has 3 scales for 2 channels")
def three_scales(model):
    weights = model.neuralNetwork.layers[1].convolution.weights
    weights.quantization.linearQuantization.scale.append(3)


@case(lambda: legacy(QUANTIZED, version=3), "weight-encodings",
      "weights: lookupTableQuantization has 3 values instead of 256")
def short_table(model):
    weights = model.neuralNetwork.layers[1].convolution.weights
    weights.quantization.lookupTableQuantization.floatValue.extend([1, 2, 3])


# Training.
@case(training, "loss", "loss 'loss': its input 'nothing' is written by no layer")
def loss_of_nothing(model):
    loss = model.neuralNetworkClassifier.updateParams.lossLayers[0]
    loss.categoricalCrossEntropyLossLayer.input = "nothing"


@case(training, "loss", "loss 'loss': its input 'd' .* is no softmax")
def loss_of_dense(model):
    loss = model.neuralNetworkClassifier.updateParams.lossLayers[0]
    loss.categoricalCrossEntropyLossLayer.input = "d"


@case(training, "updatable-layers", "bias: not isUpdatable")
def fixed_bias(model):
    model.neuralNetworkClassifier.layers[1].innerProduct.bias.isUpdatable = False


@case(training, "updatable-layers", "the model: isUpdatable, but no layer is")
def nothing_updatable(model):
    model.neuralNetworkClassifier.layers[1].isUpdatable = False


@case(training, "optimizer", "the model: updateParams has no optimizer")
def no_optimizer(model):
    model.neuralNetworkClassifier.updateParams.ClearField("optimizer")


@case(training, "optimizer", "the model: epochs of updateParams is missing")
def no_epochs(model):
    model.neuralNetworkClassifier.updateParams.ClearField("epochs")


@case(training, "training-inputs", "the model: trainingInput has no 'label'")
def no_target_input(model):
    model.description.trainingInput[1].name = "other"


@case(training, "gradients", "layer 'dense' .*: isUpdatable, but layer 'hard'")
def no_gradient(model):
    layers = model.neuralNetworkClassifier.layers
    hard = layers.add(name="hard", input=["d"], output=["h"])
    hard.activation.sigmoidHard.SetInParent()
    layers[2].input[0] = "h"
    softmax = pb.NeuralNetworkLayer()
    softmax.CopyFrom(layers[2])
    del layers[2]
    layers.add().CopyFrom(softmax)


def check(name, model):
    path = folder / f"{name}.mlmodel"
    path.write_bytes(model.SerializeToString())
    done = subprocess.run([mlc, "inspect", "--check", path], text=True,
                          capture_output=True, timeout=60)
    return done.returncode, done.stdout.strip().splitlines(), done.stderr


bad = 0
for name, base in SOUND:
    status, lines, errors = check(name, base())
    if status or errors or "no rule" not in lines[0]:
        bad += 1
        print(f"FAIL {name}: status {status}, {lines} {errors}")
for name, base, rule, pattern, change in CASES:
    model = base()
    change(model)
    status, lines, errors = check(name, model)
    fits = [line for line in lines
            if re.search(pattern, line) and line.endswith(f"[{rule}]")]
    if status != 1 or errors or len(fits) != 1 or len(lines) > 2:
        bad += 1
        print(f"FAIL {name}: status {status}, {lines} {errors}")
print(f"{len(SOUND)} sound, {len(CASES)} broken, {bad} failures")
sys.exit(1 if bad else 0)
