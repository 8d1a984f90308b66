/** @file results */
export {};
