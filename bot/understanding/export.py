"""A trained network as an ONNX graph, which ONNX Runtime reads a message with: whole, one at a time, without padding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

#: Attention heads of MiniLM, and what its layers add before they divide (both as published).
_HEADS, _EPSILON = 12, 1e-12

#: The states of the word pieces, by words and places.
_EMBEDDINGS = """
    words = Gather (word, ids)
    pieces = Shape (ids)
    places = Slice (place, zero, pieces)
    placed = Add (words, places)
    x0 = LayerNormalization <epsilon = {epsilon}> (placed, embedded_gain, embedded_offset)
"""
#: Layer {at} makes x{next} of x{at}.
_LAYER = """
    query{at} = Gemm (x{at}, l{at}_query, l{at}_query_bias)
    key{at} = Gemm (x{at}, l{at}_key, l{at}_key_bias)
    value{at} = Gemm (x{at}, l{at}_value, l{at}_value_bias)
    queries{at} = Reshape (query{at}, heads)
    keys{at} = Reshape (key{at}, heads)
    values{at} = Reshape (value{at}, heads)
    query_heads{at} = Transpose <perm = [1, 0, 2]> (queries{at})
    key_heads{at} = Transpose <perm = [1, 2, 0]> (keys{at})
    value_heads{at} = Transpose <perm = [1, 0, 2]> (values{at})
    fit{at} = MatMul (query_heads{at}, key_heads{at})
    scaled{at} = Mul (fit{at}, scale)
    weighed{at} = Softmax <axis = -1> (scaled{at})
    seen_heads{at} = MatMul (weighed{at}, value_heads{at})
    seen_by_piece{at} = Transpose <perm = [1, 0, 2]> (seen_heads{at})
    seen{at} = Reshape (seen_by_piece{at}, joined)
    attended{at} = Gemm (seen{at}, l{at}_attended, l{at}_attended_bias)
    known{at} = Add (attended{at}, x{at})
    y{at} = LayerNormalization <epsilon = {epsilon}> (known{at}, l{at}_attended_gain, l{at}_attended_offset)
    wide{at} = Gemm (y{at}, l{at}_wide, l{at}_wide_bias)
    rooted{at} = Div (wide{at}, root)
    bent{at} = Erf (rooted{at})
    lifted{at} = Add (bent{at}, one)
    passed{at} = Mul (wide{at}, lifted{at})
    halved{at} = Mul (passed{at}, half)
    narrow{at} = Gemm (halved{at}, l{at}_narrow, l{at}_narrow_bias)
    thought{at} = Add (narrow{at}, y{at})
    x{next} = LayerNormalization <epsilon = {epsilon}> (thought{at}, l{at}_narrow_gain, l{at}_narrow_offset)
"""
#: Each value weighs the states of the last layer by a question of its own; the mean of all is shared (see `network.Network`).
_VALUES = """
    turned = Transpose <perm = [1, 0]> (x{last})
    fit = MatMul (questions, turned)
    weighed = Softmax <axis = -1> (fit)
    found = MatMul (weighed, x{last})
    told = Mul (found, own)
    own_scores = ReduceSum <keepdims = 0> (told, across)
    mean = ReduceMean <axes = [0], keepdims = 0> (x{last})
    shared_scores = MatMul (shared, mean)
    unbiased = Add (own_scores, shared_scores)
    scores = Add (unbiased, bias)
"""


def as_onnx(weights: Mapping[str, np.ndarray], layers: int) -> bytes:
    """The graph from the ids of a text's word pieces (shape (pieces,), int64) to its scores (shape (scores,), float32).

    Args:
        weights: `word` (words, states), `place` (places, states), `embedded_*`, for each layer `l0_query` and the others that the graph
            names, `questions`, `own` and `shared` (scores, states), and `bias` (scores,).
        layers: how many layers there are.
    """
    import onnx

    body = _EMBEDDINGS.format(epsilon=_EPSILON)
    body += "".join(_LAYER.format(at=at, next=at + 1, epsilon=_EPSILON) for at in range(layers)) + _VALUES.format(last=layers)
    text = '<ir_version: 8, opset_import: ["" : 17]> mend (int64[pieces] ids) => (float[scores] scores) {' + body + "}"
    model = onnx.parser.parse_model(text)
    states = weights["word"].shape[1]
    constants: dict[str, Any] = {
        "zero": np.array([0], np.int64),
        "heads": np.array([-1, _HEADS, states // _HEADS], np.int64),
        "joined": np.array([-1, states], np.int64),
        "across": np.array([1], np.int64),
        "scale": np.array((states / _HEADS) ** -0.5, np.float32),
        "root": np.array(2**0.5, np.float32),
        "one": np.array(1, np.float32),
        "half": np.array(0.5, np.float32),
    }
    for name, array in {**weights, **constants}.items():
        model.graph.initializer.append(onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())
