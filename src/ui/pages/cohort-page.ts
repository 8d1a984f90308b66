/** @file cohort */
export {};
