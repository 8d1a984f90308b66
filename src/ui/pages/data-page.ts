/** @file data */
export {};
