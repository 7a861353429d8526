"""The network that reads a message: a published encoder, its upper layers trained on our messages, and a score for each value of a label.

Every value looks for its own evidence: it weighs the states of the word pieces by a question of its own (label-wise attention, Mullenbach
et al. 2018), so that half a sentence in the middle of a long message is not averaged away.

The lowest layers stay as published and are computed once, before the training.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np

from bot.meaning import DANGERS, ROLES
from bot.understanding.encoder import DIMENSIONS, LAYERS, Encoder, padded
from bot.understanding.export import as_onnx
from bot.understanding.labels import MEANING, SETS, Layout, slices
from bot.understanding.reader import Show

#: Texts by which it is judged how large the numbers of a state get.
_SAMPLE = 300


@dataclass(frozen=True)
class Training:
    """How the network is trained; the reasons are in `docs/decisions/`.

    `frozen` layers of twelve stay as published; `longest` word pieces of a message are learnt from; of the messages of more than `long`
    pieces, which take most of the time, only the share `of_long` is; `forgetting` is the share of word pieces left out at each step, so
    that no single one decides; `joined` is the chance of a message to be learnt in one piece with the next, so that what is said in passing
    is found whatever stands around it; `again` is the share of the messages, the worst understood, that are learnt once more at the end.
    """

    frozen: int = 6
    epochs: int = 1
    batch: int = 16
    longest: int = 256
    long: int = 64
    of_long: float = 0.1
    rate: float = 1e-4
    head_rate: float = 2e-3
    forgetting: float = 0.1
    joined: float = 0.2
    again: float = 0.33
    seed: int = 17


class Network:
    """Learns to score texts: log-odds for sets, unnormalised log-probabilities for choices. What it learnt, a `Reader` reads with.

    `layout` says what is scored. Only texts scored for their meaning can be joined.
    """

    def __init__(self, training: Training | None = None, layout: Layout = MEANING) -> None:
        import tensorflow as tf

        self.training = training or Training()
        self._layout = layout
        self._encoder = Encoder(self.training.frozen)
        start = tf.keras.initializers.TruncatedNormal(stddev=0.02, seed=self.training.seed)
        self._questions = tf.Variable(start((layout.scores, DIMENSIONS)), name="questions")
        self._weights = tf.Variable(start((layout.scores, 2 * DIMENSIONS)), name="weights")
        self._bias = tf.Variable(tf.zeros(layout.scores), name="bias")
        self._sample: list[list[int]] = []

    @property
    def _heads(self) -> list[Any]:
        return [self._questions, self._weights, self._bias]

    def fit(self, texts: Sequence[str], targets: np.ndarray, show: Show = lambda steps, _name, _count: steps) -> None:
        """Learn `targets` (texts, scores) from `texts`; `show(steps, name, count)` may wrap each long loop to report on it."""
        import tensorflow as tf

        order, chance = random.Random(self.training.seed), np.random.default_rng(self.training.seed)
        tf.random.set_seed(self.training.seed)
        pieces = self._encoder.pieces(texts, self.training.longest)
        chosen = [index for index, ids in enumerate(pieces) if len(ids) <= self.training.long or order.random() < self.training.of_long]
        pieces, targets = [pieces[index] for index in chosen], targets[chosen]
        self._sample = order.sample(pieces, min(_SAMPLE, len(pieces)))
        states = self._lower(pieces, show)
        lengths = list(map(len, states))
        batches = [batch for _ in range(self.training.epochs) for batch in _round(lengths, targets, self.training, order)]
        count = round(len(batches) * (1 + self.training.again / self.training.epochs))
        optimizers = [
            # The newer Adam updates in many small operations, which takes a processor four times as long.
            tf.keras.optimizers.legacy.Adam(_warmed(tf, rate, count), global_clipnorm=1.0)
            for rate in (self.training.rate, self.training.head_rate)
        ]
        groups = [self._encoder.trainable, self._heads]

        @tf.function(reduce_retracing=True)
        def step(inputs: Any, mask: Any, wanted: Any) -> Any:
            with tf.GradientTape() as tape:
                scores = self._score(self._encoder.upper(tf.nn.dropout(inputs, 0.05), mask), mask, dropout=0.1)
                losses = _losses(tf, scores, wanted, self._layout)
                loss = tf.reduce_mean(losses)
            upper, heads = tape.gradient(loss, groups)
            optimizers[0].apply_gradients(zip(upper, groups[0]))  # noqa: B905 - a tf.function knows no strict
            optimizers[1].apply_gradients(zip(heads, groups[1]))  # noqa: B905
            return losses

        #: How badly each text was understood when it was last learnt, as a share of what was usual at that time.
        badly, usual = np.zeros(len(pieces)), _Usual()

        def learn(batches: Iterable[list[tuple[int, ...]]]) -> None:
            for batch in batches:
                whole = [np.concatenate([states[index] for index in piece]) for piece in batch]
                inputs, mask = _filled([remembered(piece, self.training.forgetting, chance) for piece in whole])
                wanted = np.stack([reduce(together, (targets[index] for index in piece)) for piece in batch])
                losses = step(tf.constant(inputs), tf.constant(mask), tf.constant(wanted)).numpy()
                for piece, share in zip(batch, usual.shares(losses), strict=True):
                    badly[list(piece)] = share

        with _half_precision(tf):
            learn(show(batches, "Learning to read", len(batches)))
            worst = worst_of(badly, self.training.again)
            again = _round([lengths[index] for index in worst], targets[worst], self.training, order)
            rest = [[tuple(worst[place] for place in piece) for piece in batch] for batch in again]
            learn(show(rest, "Learning the worst understood again", len(rest)))

    def exported(self, *, rounded: bool = True) -> bytes:
        """What was learnt, as the graph that a `Reader` reads with; `rounded` makes it small and quick, see `export`.

        Raises:
            ValueError: rounded by no texts, for `fit` was never called.
        """
        if rounded and not self._sample:
            raise ValueError("Nothing to round by: call fit() first, or export it exactly (rounded=False).")
        own, shared = self._weights[:, :DIMENSIONS], self._weights[:, DIMENSIONS:]
        heads = {"questions": self._questions, "own": own, "shared": shared, "bias": self._bias}
        weights = {name: array.numpy() for name, array in heads.items()} | self._encoder.weights()
        return as_onnx(weights, LAYERS, self._sample if rounded else ())

    def _score(self, states: Any, mask: Any, dropout: float) -> Any:
        import tensorflow as tf

        seen = tf.cast(mask, tf.float32)
        mean = tf.reduce_sum(states * seen[:, :, None], 1) / tf.reduce_sum(seen, 1)[:, None]
        fit = tf.einsum("bpd,vd->bvp", states, self._questions) + (1 - seen)[:, None, :] * -10_000.0
        found = tf.einsum("bvp,bpd->bvd", tf.nn.softmax(fit), states)
        mean, found = tf.nn.dropout(mean, dropout), tf.nn.dropout(found, dropout)
        own, shared = self._weights[:, :DIMENSIONS], self._weights[:, DIMENSIONS:]
        return tf.einsum("bvd,vd->bv", found, own) + mean @ tf.transpose(shared) + self._bias

    def _lower(self, pieces: Sequence[Sequence[int]], show: Show) -> list[np.ndarray]:
        """The states of each text's word pieces after the frozen layers, without padding, in half precision."""
        import tensorflow as tf

        lower = tf.function(self._encoder.lower, reduce_retracing=True)
        states: list[Any] = [None] * len(pieces)
        by_length = sorted(range(len(pieces)), key=lambda index: len(pieces[index]))
        starts = range(0, len(pieces), 2 * self.training.batch)
        with _half_precision(tf):
            for start in show(starts, "Reading the messages", len(starts)):
                chosen = by_length[start : start + 2 * self.training.batch]
                ids, mask = padded([pieces[index] for index in chosen])
                rows = lower(tf.constant(ids), tf.constant(mask)).numpy().astype(np.float16)
                for row, index in enumerate(chosen):
                    states[index] = rows[row, : len(pieces[index])]
        return states


class _Usual:
    """The loss that is usual at a time, over about the last fifty batches."""

    def __init__(self) -> None:
        self._loss: float | None = None

    def shares(self, losses: np.ndarray) -> np.ndarray:
        """Each loss of the next batch as a share of the usual one."""
        mean = float(losses.mean())
        self._loss = mean if self._loss is None else 0.98 * self._loss + 0.02 * mean
        return losses / self._loss


def worst_of(badly: np.ndarray, share: float) -> list[int]:
    """The places of this share of the texts, those that were understood worst."""
    return [int(place) for place in np.argsort(-badly, kind="stable")[: round(share * len(badly))]]


def together(one: np.ndarray, other: np.ndarray) -> np.ndarray | None:
    """The target of two messages read in one piece, or None where they name different people as the one who did it.

    What either reports, both report. Which of two wishes or requests counts is nobody's to say, so those are left out: all 0.
    """
    part = slices()
    roles = [target[part["role"]] for target in (one, other)]
    named = [role for role in roles if not role[ROLES.index("unknown")]]
    if len(named) == len(roles) and not (roles[0] == roles[1]).all():
        return None
    both = np.zeros_like(one)
    for field in SETS:
        both[part[field]] = np.maximum(one[part[field]], other[part[field]])
    both[part["role"]] = (named or roles)[0]
    for field in (f"whose_{danger}" for danger in DANGERS):
        whose = [target[part[field]] for target in (one, other) if target[part[field]].any()]
        if whose and (whose[0] == whose[-1]).all():
            both[part[field]] = whose[0]
    return both


def _pieces(lengths: Sequence[int], targets: np.ndarray, training: Training, order: random.Random) -> Iterator[tuple[int, ...]]:
    """Every message once, in a new order: alone, or with the chance of `training.joined` in one piece with the next, if they can be."""
    left = order.sample(range(len(lengths)), len(lengths))
    while left:
        index = left.pop()
        if left and order.random() < training.joined:
            other = left[-1]
            if lengths[index] + lengths[other] <= training.longest and together(targets[index], targets[other]) is not None:
                yield index, left.pop()
                continue
        yield (index,)


def remembered(states: np.ndarray, forgetting: float, chance: np.random.Generator) -> np.ndarray:
    """The states of a text's word pieces without the share `forgetting` of them, the first one always among them."""
    kept = chance.random(len(states)) >= forgetting
    kept[0] = True
    return states[kept]


def _filled(states: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """States of several texts as one table and its mask."""
    inputs = np.zeros((len(states), max(map(len, states)), DIMENSIONS), np.float32)
    mask = np.zeros(inputs.shape[:2], np.int32)
    for row, state in enumerate(states):
        inputs[row, : len(state)] = state
        mask[row, : len(state)] = 1
    return inputs, mask


@contextmanager
def _half_precision(tf: Any) -> Iterator[None]:
    """Multiply in bfloat16 where the processor does it by itself: a third less time on 2 cores with AMX, a quarter with AVX-512 alone."""
    cpu = Path("/proc/cpuinfo")
    flags = cpu.read_text(encoding="ascii", errors="replace") if cpu.exists() else ""
    able = "amx_bf16" in flags or "avx512_bf16" in flags
    tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": able})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": False})


def _warmed(tf: Any, peak: float, count: int) -> Any:
    """A learning rate that rises over the first 6 % of `count` steps and falls to 2 % of its peak."""

    class Warmed(tf.keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            done = tf.cast(step, tf.float32) / count
            return peak * tf.minimum(done / 0.06 + 1 / count, tf.maximum(0.02, (1 - done) / 0.94))

    return Warmed()


def _losses(tf: Any, scores: Any, wanted: Any, layout: Layout = MEANING) -> Any:
    """The loss of each text."""
    total = 0.0
    for field, part in layout.slices().items():
        said, right = scores[:, part], wanted[:, part]
        if field in layout.sets:
            loss = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(right, said), 1)
        else:  # a target without any value costs nothing, and TensorFlow's gradient of this loss takes for granted that there is one
            loss = tf.nn.softmax_cross_entropy_with_logits(right, said) * tf.reduce_sum(right, 1)
        total += layout.weights.get(field, 1.0) * loss
    return total


def _round(lengths: Sequence[int], targets: np.ndarray, training: Training, order: random.Random) -> list[list[tuple[int, ...]]]:
    """Batches of pieces (see `_pieces`) about as long as each other, every message once."""
    size = training.batch
    left = list(_pieces(lengths, targets, training, order))
    batches = []
    for start in range(0, len(left), 50 * size):
        near = sorted(left[start : start + 50 * size], key=lambda piece: sum(lengths[index] for index in piece))
        batches += [near[at : at + size] for at in range(0, len(near), size)]
    order.shuffle(batches)
    return batches
