#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes vectors.json: what results/ has to compute, worked out without it.

Debian: apt-get install python3-scipy; then ./vectors.py >vectors.json
"""
import itertools
import json
import math

import numpy
import scipy
from scipy import stats

random = numpy.random.default_rng(20240501)


def mannwhitney(how, first, second, p):
    return {"how": how, "first": list(first), "second": list(second),
            "p": float(p)}


def exact(first, second):
    p = stats.mannwhitneyu(first, second, method="exact").pvalue
    return mannwhitney("scipy exact", first, second, p)


def asymptotic(first, second):
    p = stats.mannwhitneyu(first, second, method="asymptotic").pvalue
    return mannwhitney("scipy asymptotic", first, second, p)


def permuted(first, second):
    """All ways to deal the values out, by SciPy's permutation test."""
    def statistic(a, b):
        return stats.rankdata(numpy.concatenate((a, b)))[:len(a)].sum()

    result = stats.permutation_test((first, second), statistic,
                                    permutation_type="independent",
                                    n_resamples=numpy.inf,
                                    alternative="two-sided")
    return mannwhitney("scipy permutation_test", first, second, result.pvalue)


def enumerated(first, second):
    """The same by hand: twice the smaller tail."""
    pool = stats.rankdata(list(first) + list(second)) * 2
    observed = pool[:len(first)].sum()
    sums = [sum(chosen) for chosen in
            itertools.combinations(pool, len(first))]
    lower = sum(s <= observed for s in sums)
    upper = sum(s >= observed for s in sums)
    p = min(1, 2 * min(lower, upper) / len(sums))
    return mannwhitney("enumerated", first, second, p)


def untied(nr, shift):
    return [round(value + shift, 6) for value in random.normal(size=nr)]


def tied(nr, values, shift=0):
    return [int(value) + shift for value in random.integers(0, values, nr)]


def all_mannwhitney():
    rows = [exact(untied(a, 0), untied(b, shift))
            for a, b, shift in ((1, 1, 0), (1, 7, 0), (3, 3, 1), (5, 5, 5),
                                (5, 8, .5), (8, 5, -.5), (10, 10, 1),
                                (10, 10, 9), (10, 13, .7), (28, 28, .3),
                                (28, 28, 2), (150, 10, -.6), (2, 120, 1))]
    rows += [permuted(tied(a, values), tied(b, values, shift))
             for a, b, values, shift in ((5, 5, 3, 0), (5, 5, 3, 1),
                                         (4, 7, 4, 2), (7, 4, 4, 2),
                                         (3, 9, 2, 0), (6, 6, 6, 3),
                                         (2, 10, 3, 1))]
    rows += [enumerated(tied(a, values), tied(b, values, shift))
             for a, b, values, shift in ((1, 9, 3, 0), (3, 9, 2, 1),
                                         (10, 10, 4, 1), (8, 9, 20, 5),
                                         (5, 12, 3, 0), (12, 5, 3, 0),
                                         (4, 4, 1, 0))]
    # Ties so uneven that the tail towards the mean is the smaller one.
    rows += [permuted([1, 3], [2, 2, 2, 2, 2, 3]),
             enumerated([1, 3], [2, 2, 2, 2, 2, 3])]
    rows += [asymptotic(first, second) for first, second in
             ((untied(29, 0), untied(29, .4)), (untied(100, 0), untied(90, 0)),
              (untied(120, .2), untied(130, 0)), (tied(40, 5), tied(50, 5, 1)),
              (tied(200, 3), tied(300, 3)), (untied(400, 0), untied(400, .5)))]
    return rows


def holm(how, p, adjusted):
    return {"how": how, "p": list(p), "adjusted": list(adjusted)}


def closed(p):
    """By closed testing: the largest Bonferroni p of all sets with the row."""
    rows = range(len(p))
    sets = [chosen for nr in range(1, len(p) + 1)
            for chosen in itertools.combinations(rows, nr)]
    return holm("closed testing", p,
                [max(min(1, len(chosen) * min(p[i] for i in chosen))
                     for chosen in sets if row in chosen) for row in rows])


def all_holm():
    rows = [holm("published: the example of Wikipedia's page on the Holm-"
                 "Bonferroni method rejects the first and the fourth at 0.05",
                 [.01, .04, .03, .005], [.03, .06, .06, .02])]
    rows += [closed([round(x, 4) for x in random.uniform(0, 1, nr) ** 4])
             for nr in (1, 2, 5, 9)]
    rows.append(closed([.5, .01, .01, .5, .2]))
    return rows


def middles(size):
    """How often each pair is in the middle, over all resamples."""
    counts = {}
    for draw in itertools.product(range(size), repeat=size):
        draw = sorted(draw)
        pair = (draw[(size - 1) // 2], draw[size // 2])
        counts[pair] = counts.get(pair, 0) + 1
    return {"size": size,
            "middles": [[low, high, count / size ** size]
                        for (low, high), count in sorted(counts.items())]}


def medians(boots, resamples):
    """Medians of medians of resampled boots, laid out one by one."""
    boots = [numpy.array(boot) for boot in boots]
    drawn = numpy.empty((resamples, len(boots)))
    for column in range(len(boots)):
        chosen = random.integers(0, len(boots), resamples)
        for index, boot in enumerate(boots):
            rows = numpy.flatnonzero(chosen == index)
            picks = random.integers(0, len(boot), (len(rows), len(boot)))
            drawn[rows, column] = numpy.median(boot[picks], axis=1)
    return numpy.median(drawn, axis=1)


def quantiles(ratios):
    """Those between which the ends of an interval of 1999 resamples lie but
    for one seed in 2000 (binomial: the 50th of 1999 from either end)."""
    spread = 3.5 * math.sqrt(.025 * .975 / 1999)
    levels = [.025 - spread, .025 + spread, .975 - spread, .975 + spread]
    return [float(q) for q in numpy.quantile(ratios, levels)]


def interval(how, base, fresh, ratios):
    return {"how": how, "base": base, "fresh": fresh,
            "bounds": quantiles(ratios)}


def boots(sizes, middle):
    return [[round(middle * math.exp(shift + x), 4)
             for x in random.normal(0, .02, size)]
            for size, shift in zip(sizes, random.normal(0, .02, len(sizes)))]


def laid_out(base_sizes, fresh_sizes):
    base, fresh = boots(base_sizes, 100), boots(fresh_sizes, 105)
    ratios = medians(fresh, 200000) / medians(base, 200000)
    return interval("numpy", base, fresh, ratios)


def one_level(nr_base, nr_fresh):
    """One process a boot: an ordinary bootstrap."""
    base, fresh = boots([1] * nr_base, 50), boots([1] * nr_fresh, 45)

    def statistic(a, b, axis):
        return numpy.median(b, axis=axis) / numpy.median(a, axis=axis)

    result = stats.bootstrap(([x[0] for x in base], [x[0] for x in fresh]),
                             statistic, method="percentile",
                             n_resamples=200000, batch=1000,
                             random_state=random)
    return interval("scipy bootstrap", base, fresh,
                    result.bootstrap_distribution)


def all_intervals():
    return [laid_out([10] * 10, [10] * 10), laid_out([9] * 7, [9] * 7),
            laid_out([10] * 2, [10] * 3), laid_out([1, 2, 3, 4, 7],
                                                   [6, 2, 5, 1]),
            laid_out([30] * 3, [31] * 2), one_level(10, 10), one_level(9, 16),
            one_level(60, 45)]


def floor(nr):
    """|log ratio| of the halves' medians, over all splits of nr values."""
    values = [round(math.exp(x), 6) for x in random.normal(3, .1, nr)]
    distances = []
    for chosen in itertools.combinations(range(nr), nr // 2):
        halves = ([values[i] for i in range(nr) if (i in chosen) == which]
                  for which in (True, False))
        distances.append(abs(math.log(numpy.median(next(halves)) /
                                      numpy.median(next(halves)))))
    # 500 draws: within 3.5 standard deviations of the level.
    spread = 3.5 * math.sqrt(.95 * .05 / 500) if nr > 12 else 0
    levels = [.95 - spread, .95 + spread]
    return {"how": "all splits", "values": values, "bounds": [
        float(numpy.quantile(distances, level, method="inverted_cdf"))
        for level in levels]}


print(json.dumps({
    "origin": f"tests/data/statistics/vectors.py with SciPy "
              f"{scipy.__version__}, NumPy {numpy.__version__}",
    "mannwhitney": all_mannwhitney(),
    "holm": all_holm(),
    "middles": [middles(size) for size in range(1, 8)],
    "intervals": all_intervals(),
    "floors": [floor(nr) for nr in (2, 3, 4, 5, 9, 10, 12, 13, 16)],
}).replace(', {"how"', ',\n{"how"').replace(', {"size"', ',\n{"size"'))
