/** @file The PyTorch of this machine, with which tests compare beyond the golden files. */
import { findPytorch, type Pytorch } from '../src/cli/python';

/** Undefined if there is none: then skip, for that reason. */
export const pytorch: Pytorch | undefined = findPytorch();
