"""A trained network as an ONNX graph, which ONNX Runtime reads a message with: whole, one at a time, without padding.

The large tables are kept as whole numbers with a scale for each column (of words: for each word), and what they are multiplied with is
rounded likewise while reading: a quarter of the memory, a third of the time. A few numbers of a state are twenty times as large as the
others, which would be rounded to nothing beside them; so each is divided by a share of how large it gets, and its row of the table is
multiplied by it (SmoothQuant, Xiao et al. 2022). Seven bits of the eight, because a processor without VNNI adds two products in sixteen
bits: so none overflows, and every machine reads alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

#: Attention heads of the published model, and what its layers add before they divide.
_HEADS, _EPSILON = 12, 1e-5
#: The largest whole number of a table.
_LARGEST = 63
#: The share of a number's size that is moved into its row of the table, as an exponent.
_EVENED = 0.7

#: The states of the word pieces by words and places, and what each gives for being so far from each.
_EMBEDDINGS = """
    whole_words = Gather (word, ids)
    rounded_words = Cast <to = 1> (whole_words)
    word_scales = Gather (word_scale, ids)
    words = Mul (rounded_words, word_scales)
    pieces = Shape (ids)
    places = Slice (place, zero, pieces)
    placed = Add (words, places)
    x0 = LayerNormalization <epsilon = {epsilon}> (placed, embedded_gain, embedded_offset)
    count = Squeeze (pieces)
    numbers = Range (begin, count, step)
    to_piece = Unsqueeze (numbers, zero)
    from_piece = Unsqueeze (numbers, across)
    distance = Sub (to_piece, from_piece)
    row = Add (distance, farthest)
    by_distance = Gather (apart, row)
    nearness = Transpose <perm = [2, 0, 1]> (by_distance)
"""
#: `{to}` is what the table `{by}` makes of `{of}`: as it was trained, and rounded.
_EXACT = """
    {to} = Gemm ({of}, {by}, {by}_bias)
"""
_ROUNDED = """
    {of}_even = Mul ({of}, {by}_even)
    {of}_whole, {of}_scale, {of}_zero = DynamicQuantizeLinear ({of}_even)
    {to}_sum = MatMulInteger ({of}_whole, {by}, {of}_zero)
    {to}_rounded = Cast <to = 1> ({to}_sum)
    {to}_scale = Mul ({of}_scale, {by}_scale)
    {to}_unbiased = Mul ({to}_rounded, {to}_scale)
    {to} = Add ({to}_unbiased, {by}_bias)
"""
#: Layer {at} makes x{next} of x{at}.
_LAYER = """
    {asked}
    by_head{at} = Reshape (asked{at}, heads)
    query{at}, key{at}, value{at} = Split <axis = 1> (by_head{at})
    query_heads{at} = Transpose <perm = [1, 0, 2]> (query{at})
    key_heads{at} = Transpose <perm = [1, 2, 0]> (key{at})
    value_heads{at} = Transpose <perm = [1, 0, 2]> (value{at})
    fit{at} = MatMul (query_heads{at}, key_heads{at})
    scaled{at} = Mul (fit{at}, scale)
    near{at} = Add (scaled{at}, nearness)
    weighed{at} = Softmax <axis = -1> (near{at})
    seen_heads{at} = MatMul (weighed{at}, value_heads{at})
    seen_by_piece{at} = Transpose <perm = [1, 0, 2]> (seen_heads{at})
    seen{at} = Reshape (seen_by_piece{at}, joined)
    {attended}
    known{at} = Add (attended{at}, x{at})
    y{at} = LayerNormalization <epsilon = {epsilon}> (known{at}, l{at}_attended_gain, l{at}_attended_offset)
    {wide}
    rooted{at} = Div (wide{at}, root)
    bent{at} = Erf (rooted{at})
    lifted{at} = Add (bent{at}, one)
    passed{at} = Mul (wide{at}, lifted{at})
    halved{at} = Mul (passed{at}, half)
    {narrow}
    thought{at} = Add (narrow{at}, y{at})
    x{next} = LayerNormalization <epsilon = {epsilon}> (thought{at}, l{at}_narrow_gain, l{at}_narrow_offset)
"""
#: What is made of what in a layer by a table of its own.
_TABLES = {"asked": "x", "attended": "seen", "wide": "y", "narrow": "halved"}
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


def as_onnx(weights: Mapping[str, np.ndarray], layers: int, sample: Sequence[Sequence[int]] = ()) -> bytes:
    """The graph from the ids of a text's word pieces (shape (pieces,), int64) to its scores (shape (scores,), float32).

    Args:
        weights: `word` (words, states), `place` (places, states), `apart` (distances from the farthest before to the farthest behind,
            heads), `embedded_*`, for each layer `l0_asked` (queries, keys and values side by side) and the others that the graph names,
            `questions`, `own` and `shared` (scores, states), and `bias` (scores,).
        layers: how many layers there are.
        sample: ids of some texts as they will be read, by which it is judged how large each number of a state gets; without any, nothing
            is rounded.
    """
    if not sample:
        return bytes(_exact(weights, layers).SerializeToString())
    rounded = dict(weights) | dict(_rounded("word", weights["word"], 1))
    for (name, _), largest in zip(_tables(layers), _sizes(weights, layers, sample), strict=True):
        table = weights[name]
        size = np.maximum(largest, 1e-3) ** _EVENED / np.maximum(np.abs(table).max(1), 1e-3) ** (1 - _EVENED)
        rounded |= {f"{name}_even": (1 / size).astype(np.float32), **dict(_rounded(name, table * size[:, None], 0))}
    return bytes(_graph(rounded, layers, _ROUNDED).SerializeToString())


def _tables(layers: int) -> list[tuple[str, str]]:
    """The name of each table, and of what it is multiplied with."""
    return [(f"l{at}_{to}", f"{of}{at}") for at in range(layers) for to, of in _TABLES.items()]


def _sizes(weights: Mapping[str, np.ndarray], layers: int, sample: Sequence[Sequence[int]]) -> list[np.ndarray]:
    """How large, over the texts of `sample`, each number gets that each table is multiplied with."""
    import onnx
    import onnxruntime

    model = _exact(weights, layers)
    names = [of for _, of in _tables(layers)]
    model.graph.output.extend(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors: the rest goes to the terminal people train in
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    del model  # half a gigabyte
    sizes = [np.zeros(1, np.float32)] * len(names)
    for ids in sample:
        states = session.run(names, {"ids": np.array(ids, np.int64)})
        sizes = [np.maximum(size, np.abs(state).max(0)) for size, state in zip(sizes, states, strict=True)]
    return sizes


def _exact(weights: Mapping[str, np.ndarray], layers: int) -> Any:
    return _graph({**weights, "word_scale": np.ones((len(weights["word"]), 1), np.float32)}, layers, _EXACT)


def _graph(arrays: Mapping[str, np.ndarray], layers: int, linear: str) -> Any:
    import onnx

    body = _EMBEDDINGS.format(epsilon=_EPSILON) + "".join(_layer(at, linear) for at in range(layers)) + _VALUES.format(last=layers)
    text = '<ir_version: 8, opset_import: ["" : 17]> mend (int64[pieces] ids) => (float[scores] scores) {' + body + "}"
    model = onnx.parser.parse_model(text)
    states = arrays["word"].shape[1]
    constants: dict[str, Any] = {
        "zero": np.array([0], np.int64),
        "begin": np.array(0, np.int64),
        "step": np.array(1, np.int64),
        "farthest": np.array(len(arrays["apart"]) // 2, np.int64),
        "heads": np.array([0, 3 * _HEADS, states // _HEADS], np.int64),
        "joined": np.array([-1, states], np.int64),
        "across": np.array([1], np.int64),
        "scale": np.array((states / _HEADS) ** -0.5, np.float32),
        "root": np.array(2**0.5, np.float32),
        "one": np.array(1, np.float32),
        "half": np.array(0.5, np.float32),
    }
    for name, array in {**arrays, **constants}.items():
        model.graph.initializer.append(onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
    onnx.checker.check_model(model)
    return model


def _layer(at: int, linear: str) -> str:
    made = {to: linear.format(of=f"{of}{at}", to=f"{to}{at}", by=f"l{at}_{to}") for to, of in _TABLES.items()}
    return _LAYER.format(at=at, next=at + 1, epsilon=_EPSILON, **made)


def _rounded(name: str, table: np.ndarray, axis: int) -> Iterator[tuple[str, np.ndarray]]:
    """The table in whole numbers, and their scales along `axis`."""
    scale = np.maximum(np.abs(table).max(axis, keepdims=axis == 1), np.finfo(np.float32).tiny) / _LARGEST
    yield name, np.round(table / scale).astype(np.int8)
    yield f"{name}_scale", scale.astype(np.float32)
