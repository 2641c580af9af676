// Layers of classes that a developer supplies.
#ifndef MLC_COREML_CUSTOM_OPS
#define MLC_COREML_CUSTOM_OPS
include "CoreML/CoreMLBase.td"

def CoreML_CustomOp : CoreML_Op<"custom"> {
  let summary = "a layer of a class that is not part of the format";
  let description = [{
    `className`, `parameters`, `weights` and `description` are what the file
    says. `definition` is what the developer says of the class
    (docs/custom-layers.md), with this layer's parameters put in:

    - `inputs` and `weights`: what the body calls them;
    - `constants`: a number or truth value for each parameter;
    - `outputs`: for each the `function` that computes one element and its
      `shape`, an expression for each dimension or, by the dimension's letter,
      for those that differ from those of the input `like`;
    - `source`: the body, in Metal Shading Language, and `file`, its name.

    So a module is whole: nothing below reads the developer's folder.
  }];
  let arguments = (ins Variadic<CoreML_Tensor>:$inputs, StrAttr:$className,
                       OptionalAttr<DictionaryAttr>:$parameters,
                       OptionalAttr<TypedArrayAttrBase<CoreML_WeightsAttr,
                           "weights">>:$weights,
                       OptionalAttr<StrAttr>:$description,
                       DictionaryAttr:$definition);
  let results = (outs Variadic<CoreML_Tensor>:$outputs);
}

#endif
