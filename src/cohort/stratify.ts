/** @file Stratified splits, number for number as scikit-learn makes them. */
import { NumpyRandom } from '../base/numpy-random';

export interface IndexSplit {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/**
 * `StratifiedShuffleSplit` with one split: `testSize` items go to the test side, each class in proportion; both lists are in
 * shuffled order. `classes`: one number per item. The caller checks that every class has two members and that each side holds
 * at least as many items as there are classes.
 */
export function stratifiedShuffleSplit(classes: readonly number[], testSize: number, random: NumpyRandom): IndexSplit {
  const names = [...new Set(classes)].sort((a, b) => a - b);
  const members = names.map((name) => classes.flatMap((value, i) => (value === name ? [i] : [])));
  const sizes = members.map((list) => list.length);
  const trainCounts = allot(sizes, classes.length - testSize, random);
  const left = sizes.map((size, c) => size - trainCounts[c]);
  const testCounts = allot(left, testSize, random);
  const train: number[] = [];
  const test: number[] = [];
  members.forEach((list, c) => {
    const order = random.permutation(list.length).map((i) => list[i]);
    train.push(...order.slice(0, trainCounts[c]));
    test.push(...order.slice(trainCounts[c], trainCounts[c] + testCounts[c]));
  });
  const shuffled = (list: readonly number[]): number[] => random.permutation(list.length).map((i) => list[i]);
  const shuffledTrain = shuffled(train);
  return { train: shuffledTrain, test: shuffled(test) };
}

/** `total` places shared out in proportion to `sizes`: whole parts first, then by the largest remainders, ties by lot. */
function allot(sizes: readonly number[], total: number, random: NumpyRandom): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const exact = sizes.map((size) => (size / all) * total);
  const counts = exact.map(Math.floor);
  let missing = total - counts.reduce((sum, count) => sum + count, 0);
  const remainders = exact.map((value, c) => value - counts[c]);
  for (const remainder of [...new Set(remainders)].sort((a, b) => b - a)) {
    if (missing <= 0) break;
    const tied = remainders.flatMap((value, c) => (value === remainder ? [c] : []));
    const taken = Math.min(tied.length, missing);
    for (const place of random.choice(tied.length, taken)) counts[tied[place]]++;
    missing -= taken;
  }
  return counts;
}

/**
 * `StratifiedKFold` with shuffling: the fold 0…k−1 of each item. Classes are told apart by value and numbered by first
 * appearance, so their names do not matter.
 */
export function stratifiedFolds(classes: readonly (string | number)[], k: number, seed: number): number[] {
  const names = [...new Set(classes)];
  const numbers = classes.map((value) => names.indexOf(value));
  const sorted = [...numbers].sort((a, b) => a - b);
  const random = new NumpyRandom(seed);
  const lots = names.map((_, c) => {
    const lot = Array.from({ length: k }, (__, fold) =>
      sorted.filter((number, i) => i % k === fold && number === c).map(() => fold),
    );
    const flat = lot.flat();
    random.shuffle(flat);
    return flat;
  });
  const used = names.map(() => 0);
  return numbers.map((c) => lots[c][used[c]++]);
}
